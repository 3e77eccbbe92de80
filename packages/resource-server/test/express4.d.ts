/** Express 4 has no types of its own here; what is used of it has those of 5. */
declare module 'express4' {
  export { default } from 'express'
}
