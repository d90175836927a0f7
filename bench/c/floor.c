// The floor in C: GET, POST and the read-back of every portal over OpenSSL, and nothing else. One thread, epoll, one
// connection a portal, certificate and name verified. Names are not looked up: every portal is at 127.0.0.1.
//
//   floor CA PORT PORTALS AT_ONCE
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

typedef struct { int fd, step, have, sent; SSL *ssl; char host[64]; char answer[8192]; } portal;

static SSL_CTX *context;
static int epoll_fd, port, all, started, done, failed;

static int request_of(portal *p, char *out, size_t room) {
  static const char *COMMON = "Accept: application/json\r\nAccept-Encoding: identity\r\nAuthorization: Bearer sk-%064d\r\n";
  char common[256], body[512];
  snprintf(common, sizeof common, COMMON, atoi(p->host + 1));
  if (p->step != 1)
    return snprintf(out, room, "GET /api/2.0/backup/getbackupschedule HTTP/1.1\r\nHost: %s:%d\r\n%sConnection: keep-alive\r\n\r\n", p->host, port, common);
  int length = snprintf(body, sizeof body,
      "{\"storageType\":\"ThirdPartyConsumer\",\"storageParams\":[{\"key\":\"module\",\"value\":\"S3\"},{\"key\":\"bucket\",\"value\":\"acme-backups\"},"
      "{\"key\":\"region\",\"value\":\"eu-west-1\"},{\"key\":\"subdir\",\"value\":\"%.*s\"}],\"backupsStored\":7,\"cronParams\":{\"period\":\"EveryDay\",\"hour\":3},"
      "\"dump\":false}", (int)strcspn(p->host, "."), p->host);
  return snprintf(out, room, "POST /api/2.0/backup/createbackupschedule HTTP/1.1\r\nHost: %s:%d\r\n%sContent-Type: application/json\r\nContent-Length: %d\r\n"
                  "Connection: keep-alive\r\n\r\n%s", p->host, port, common, length, body);
}

static void start(portal *p) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  int one = 1;
  memset(p, 0, offsetof(portal, answer));
  snprintf(p->host, sizeof p->host, "p%05d.bench.test", started++);
  p->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  setsockopt(p->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  connect(p->fd, (struct sockaddr *)&address, sizeof address);
  p->ssl = SSL_new(context);
  SSL_set_fd(p->ssl, p->fd);
  SSL_set_tlsext_host_name(p->ssl, p->host);
  SSL_set1_host(p->ssl, p->host);
  SSL_set_connect_state(p->ssl);
  struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = p};
  epoll_ctl(epoll_fd, EPOLL_CTL_ADD, p->fd, &event);
}

static void finish(portal *p, int ok) {
  SSL_shutdown(p->ssl);
  SSL_free(p->ssl);
  close(p->fd);
  done++;
  if (!ok) failed++;
  if (started < all) start(p);
}

static int is_whole(portal *p) {
  p->answer[p->have] = 0;
  char *blank = strstr(p->answer, "\r\n\r\n"), *length = strcasestr(p->answer, "content-length:");
  return blank && length && p->have >= blank + 4 - p->answer + atoi(length + 15);
}

static void advance(portal *p) {
  for (;;) {
    int result;
    if (!p->sent) {
      char out[2048];
      result = SSL_write(p->ssl, out, request_of(p, out, sizeof out));
      if (result > 0) { p->sent = 1; continue; }
    } else {
      result = SSL_read(p->ssl, p->answer + p->have, sizeof p->answer - 1 - p->have);
      if (result > 0) {
        p->have += result;
        if (!is_whole(p)) continue;
        if (strncmp(p->answer, "HTTP/1.1 200 ", 13)) return finish(p, 0);
        if (p->step == 2) return finish(p, strstr(p->answer, "\"backupsStored\":7") != NULL);
        p->step++; p->have = 0; p->sent = 0;
        continue;
      }
    }
    int why = SSL_get_error(p->ssl, result);
    ERR_clear_error();
    if (why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE) return;
    return finish(p, 0);
  }
}

int main(int argc, char **argv) {
  if (argc != 5) return 2;
  port = atoi(argv[2]); all = atoi(argv[3]);
  int at_once = atoi(argv[4]);
  context = SSL_CTX_new(TLS_client_method());
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
  if (SSL_CTX_load_verify_locations(context, argv[1], NULL) != 1) return 1;
  epoll_fd = epoll_create1(EPOLL_CLOEXEC);
  for (int i = 0; i < at_once && started < all; i++) start(malloc(sizeof(portal)));
  struct epoll_event events[256];
  while (done < all) {
    int ready = epoll_wait(epoll_fd, events, 256, -1);
    for (int i = 0; i < ready; i++) advance(events[i].data.ptr);
  }
  printf("{\"ok\":%d,\"failed\":%d}\n", done - failed, failed);
  return failed > 0;
}
