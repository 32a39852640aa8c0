// Sockets: pairs, pending errors, and the unix datagrams that syslog and service managers speak. Nothing here waits.
#include "args.h"
#include "module.h"
#include <errno.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>

static napi_value socketpair_(napi_env env, napi_callback_info info) {
  ARGS(1);
  int32_t type;
  int fds[2];
  if (!arg_i32(env, argv[0], "type", &type)) return NULL;
  if (socketpair(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds) < 0) {
    return fail_errno_of(env, errno, "socketpair", " of type %d", type);
  }
  return descriptor_pair(env, fds);
}

static napi_value so_error(napi_env env, napi_callback_info info) {
  ARGS(1);
  int32_t fd;
  int pending = 0;
  socklen_t size = sizeof pending;
  if (!arg_i32(env, argv[0], "fd", &fd)) return NULL;
  int rc = getsockopt(fd, SOL_SOCKET, SO_ERROR, &pending, &size);
  return rc < 0 ? fail_errno_of(env, errno, "getsockopt", " of descriptor %d", fd) : number(env, pending);
}

// Who is on the other side of a unix socket: its process, user and group, as they were when it connected.
static napi_value peer_credentials(napi_env env, napi_callback_info info) {
  ARGS(1);
  int32_t fd;
  struct ucred peer;
  socklen_t size = sizeof peer;
  if (!arg_i32(env, argv[0], "fd", &fd)) return NULL;
  if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0) {
    return fail_errno_of(env, errno, "getsockopt", " of descriptor %d", fd);
  }
  napi_value three;
  OK(napi_create_array_with_length(env, 3, &three));
  OK(napi_set_element(env, three, 0, number(env, peer.pid)));
  OK(napi_set_element(env, three, 1, number(env, peer.uid)));
  OK(napi_set_element(env, three, 2, number(env, peer.gid)));
  return three;
}

// send(fd, bytes, flags): on a connected socket, of any family.
static napi_value send_(napi_env env, napi_callback_info info) {
  ARGS(3);
  int32_t fd, flags;
  void *data;
  size_t size;
  if (!arg_i32(env, argv[0], "fd", &fd) || !arg_bytes(env, argv[1], "bytes", &data, &size) ||
      !arg_i32(env, argv[2], "flags", &flags)) {
    return NULL;
  }
  ssize_t count = send(fd, data, size, flags | MSG_NOSIGNAL | MSG_DONTWAIT);
  return count < 0 ? fail_errno_of(env, errno, "send", " on descriptor %d", fd) : number(env, count);
}

static napi_value unix_datagram(napi_env env, napi_callback_info info) {
  (void) info;
  return answer(env, socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), "socket");
}

// A leading '@' stands for the NUL of an abstract name; a systemd NOTIFY_SOCKET is written so. `shown` keeps the path
// as it came, for messages.
static bool arg_address(napi_env env, napi_value value, struct sockaddr_un *address, socklen_t *size, char *shown) {
  size_t length;
  if (!arg_path(env, value, "path", shown, sizeof address->sun_path, &length)) return false;
  address->sun_family = AF_UNIX;
  for (size_t i = 0; i < length; i++) address->sun_path[i] = shown[i];
  if (shown[0] == '@') address->sun_path[0] = 0;
  *size = (socklen_t) (offsetof(struct sockaddr_un, sun_path) + length);
  return true;
}

// unixBind(fd, path)
static napi_value unix_bind(napi_env env, napi_callback_info info) {
  ARGS(2);
  int32_t fd;
  struct sockaddr_un address = { 0 };
  socklen_t size;
  char shown[sizeof address.sun_path];
  if (!arg_i32(env, argv[0], "fd", &fd) || !arg_address(env, argv[1], &address, &size, shown)) return NULL;
  int rc = bind(fd, (struct sockaddr *) &address, size);
  return rc < 0 ? fail_errno_of(env, errno, "bind", " '%s'", shown) : number(env, rc);
}

// unixSend(fd, path, message)
static napi_value unix_send(napi_env env, napi_callback_info info) {
  ARGS(3);
  int32_t fd;
  struct sockaddr_un address = { 0 };
  socklen_t size;
  char shown[sizeof address.sun_path];
  void *message;
  size_t length;
  if (!arg_i32(env, argv[0], "fd", &fd) || !arg_address(env, argv[1], &address, &size, shown) ||
      !arg_bytes(env, argv[2], "message", &message, &length)) {
    return NULL;
  }
  ssize_t count = sendto(fd, message, length, MSG_NOSIGNAL | MSG_DONTWAIT, (struct sockaddr *) &address, size);
  return count < 0 ? fail_errno_of(env, errno, "sendto", " '%s'", shown) : number(env, count);
}

napi_status define_sockets(napi_env env, napi_value exports) {
  napi_property_descriptor functions[] = {
    METHOD("socketpair", socketpair_),
    METHOD("soError", so_error),
    METHOD("peerCredentials", peer_credentials),
    METHOD("send", send_),
    METHOD("unixDgram", unix_datagram),
    METHOD("unixBind", unix_bind),
    METHOD("unixSend", unix_send),
  };
  return napi_define_properties(env, exports, COUNT(functions), functions);
}
