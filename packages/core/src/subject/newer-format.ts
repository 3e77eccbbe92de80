import { StoreUnavailable } from '../errors.js'
import { subjectFormat } from './subject.js'

/** A newer version of Countersign wrote this subject. This process leaves it alone, so that nothing it does not know is lost. For stores to throw. */
export class NewerFormat extends StoreUnavailable {
  constructor(format: number) {
    super(
      `A subject is kept in format ${format}, and this process knows up to ${subjectFormat}. Bring this process to the version that wrote it.`,
      undefined,
      'ERR_COUNTERSIGN_FORMAT',
    )
  }
}
