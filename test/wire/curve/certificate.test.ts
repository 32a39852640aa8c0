import { formatCertificate, parseCertificate } from '../../../lib/wire/curve/certificate.js'

const publicKey = 'rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7'
const secretKey = 'JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh6'

test.each([
  { name: 'lab', publicKey, secretKey },
  { name: null, publicKey, secretKey: null },
])('what is written is read: %j', (certificate) => {
  expect(parseCertificate(formatCertificate(certificate))).toEqual(certificate)
})

test.each([
  `#   comment\n\nmetadata\ncurve\n    public-key = "${publicKey}"\n`,
  `curve\r\n\tpublic-key='${publicKey}'\r\n`,
  `public-key = ${publicKey}`,
])('%j is a certificate, too', (text) => {
  expect(parseCertificate(text)).toEqual({ name: null, publicKey, secretKey: null })
})

test.each(['', 'curve\n', `#public-key = "${publicKey}"`, 'public-key =\nname = "x"'])('%j is none', (text) => {
  expect(parseCertificate(text)).toBeNull()
})
