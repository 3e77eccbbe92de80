/** Passport 0.6 has the types of 0.7. */
declare module 'passport06' {
  export { default } from 'passport'
}
