const dns = require('node:dns');

/** What AWS answers can then be shown as on a day with AWS: nothing in Rolecall is changed for it. */
exports.activate = () => {
  const { lookup } = dns;
  dns.lookup = (host, ...rest) => lookup(/\.amazonaws\.com$/.test(host) ? '127.0.0.1' : host, ...rest);
};
