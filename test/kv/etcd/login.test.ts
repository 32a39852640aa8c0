import { Login } from '../../../lib/kv/etcd/login.js'

it('needs none without a user', async () => {
  const login = new Login(null)
  expect(login.isThere).toBe(true)
  expect(login.metadata).toEqual({ hasleader: 'true' })
  login.forget(login.metadata)
  await login.renew()
  expect([login.isThere, login.isRenewable]).toEqual([true, false])
})

it('logs in once for all that wait, and again when the token is over', async () => {
  let count = 0
  const login = new Login(() => Promise.resolve(`t${++count}`))
  expect(login.isThere).toBe(false)
  await Promise.all([login.renew(), login.renew()])
  await login.renew()
  expect(login.metadata.token).toBe('t1')
  const old = login.metadata
  login.forget(old)
  await login.renew()
  // Whoever failed with the old token doesn't end the new one.
  login.forget(old)
  expect([login.isThere, login.metadata.token]).toEqual([true, 't2'])
})

it('tries again after a login that failed', async () => {
  let isWrong = true
  const login = new Login(() => (isWrong ? Promise.reject(new Error('wrong')) : Promise.resolve('')))
  await expect(login.renew()).rejects.toThrow('wrong')
  isWrong = false
  await login.renew()
  expect([login.isThere, login.metadata.token]).toEqual([true, undefined])
})
