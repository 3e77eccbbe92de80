import { memoryStore } from '@countersign/memory'
import { stillClock, storeContract } from '@countersign/testing'

storeContract({
  test,
  describe,
  makeStore: async () => {
    const clock = stillClock(new Date())
    return { store: memoryStore({ clock }), stop: async () => {}, elapse: clock.advance }
  },
})
