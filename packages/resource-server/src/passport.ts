export { type AskingOptions, askingFor, type StepUpOptions, StepUpStrategy } from './relying-party/step-up-strategy.js'
