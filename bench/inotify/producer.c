/* producer DIRECTORY FILES: makes, writes, closes and removes one file after the other, as fast as it can. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv) {
  char path[4096];
  long files = argc == 3 ? atol(argv[2]) : 0;
  for (long n = 0; n < files; n++) {
    snprintf(path, sizeof path, "%s/%ld", argv[1], n);
    int fd = open(path, O_CREAT | O_EXCL | O_WRONLY, 0600);
    if (fd < 0 || write(fd, "x", 1) != 1 || close(fd) != 0 || unlink(path) != 0) return 1;
  }
  return 0;
}
