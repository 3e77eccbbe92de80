export { type EmailChannelOptions, emailChannel } from './email-channel.js'
