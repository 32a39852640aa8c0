# mawk -f mawk.awk IN > OUT: no JSON parser, but surgery on the text with the same bytes as its result.
{
  match($0, /"ip":"[0-9]+\.[0-9]+\.[0-9]+\./)
  head = substr($0, 1, RSTART + RLENGTH - 1)
  tail = substr($0, RSTART + RLENGTH)
  sub(/^[0-9]+/, "0", tail)
  match($0, /"ts":[0-9.]+/)
  ts = substr($0, RSTART + 5, RLENGTH - 5)
  second = int(ts)
  if (second != last) {
    last = second
    iso = strftime("%Y-%m-%dT%H:%M:%S", second, 1)
  }
  ms = int((ts - second) * 1000 + 0.5)
  if ($0 ~ /"level":"info"/) printf "%s%s,\"time\":\"%s.%03dZ\"}\n", head, substr(tail, 1, length(tail) - 1), iso, ms
}
