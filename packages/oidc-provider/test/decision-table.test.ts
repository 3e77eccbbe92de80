import { aProvider } from './a-provider.js'
import { decisionTable } from './decision-table.js'

describe('in memory', () => decisionTable(aProvider))
