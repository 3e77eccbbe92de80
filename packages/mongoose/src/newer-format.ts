import { CountersignError, StoreUnavailable, subjectFormat } from '@countersign/core'

/** A newer version of Countersign wrote this subject. This process leaves it alone, so that nothing it does not know is lost. */
export class NewerFormat extends StoreUnavailable {
  override readonly code = 'ERR_COUNTERSIGN_FORMAT'
  override readonly docs: string

  constructor(format: number) {
    super(
      `A subject is kept in format ${format}, and this process knows up to ${subjectFormat}. Bring this process to the version that wrote it.`,
    )
    this.docs = new CountersignError(this.code, this.message).docs
  }
}
