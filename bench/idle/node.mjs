// The limit: Node with nothing but a pipe that never says anything.
process.stdin.resume()
console.log('running')
