// The portals of a bench, as cheap as they can be: one thread, epoll, OpenSSL. Every name under *.bench.test is a
// portal of its own, known by the first label of Host (p00042 is number 42). A portal has an old schedule until a POST
// came; then it shows what was posted.
//
//   fleet-server CERT KEY MOST_PORTALS
//
// It prints its port, then answers lines on stdin with one line of JSON each: `counts`, `reset`, `latency MS`,
// `bad DEAD RESET DRIP` (of a thousand portals each). It ends when stdin does.
//
// It listens on all of 127.0.0.0/8. Where a portal has an address of its own, 127.1.0.0 and its number, the server knows
// who is called before it is told.
//
// Dead portals: half of them never say a word, the others not after their handshake. RESET: a request is answered with
// the end of the connection. DRIP: the answer comes by a byte now and then, and never to its end.
//
// Latency: loopback has no distance, and to slow the whole interface takes rights and slows everybody. So the server
// waits where a round trip would be spent: two for TCP and TLS before it answers the client's hello, one for each
// request.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MOST_REQUEST = 8192, MOST_ANSWER = 4096, EVENTS = 512, DRIP_EVERY_MS = 100 };

typedef struct connection {
  int fd;
  SSL *ssl;
  int silent;     // it never says a word
  int mute;       // nor does this one, after its handshake
  int greeted;    // the hello's latency has been waited for
  int waiting;    // in a queue: nothing is read until then
  int answering;  // a request is whole, its answer's latency is being waited for
  int dripping;   // bytes sent of an answer that never ends
  double due;
  int have;
  char request[MOST_REQUEST];
  struct connection *next;
} connection;

typedef struct { connection *first, *last; } queue;

static struct { long requests, reads, writes, connections, open, most_open, bytes_in, bytes_out, bad, proven; } counts;
static double latency;
static double reset_at, last_answer;  // when counting began, and when a portal was last answered
static struct { int dead, reset, drip; } unwell;  // of a thousand
static queue hellos, answers, drips;  // each in order of `due`: every wait in it is equally long
static char **posted;          // by number: the params, hour and copies of the last POST, as the answer shows them
static int most_portals;
static int epoll_fd;

static double now_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

static void push(queue *q, connection *c, double due) {
  c->waiting = 1;
  c->due = due;
  c->next = NULL;
  if (q->last) q->last->next = c; else q->first = c;
  q->last = c;
}

static connection *pop_due(queue *q, double now) {
  connection *c = q->first;
  if (!c || c->due > now) return NULL;
  q->first = c->next;
  if (!q->first) q->last = NULL;
  c->waiting = 0;
  return c;
}

static void end(connection *c) {
  SSL_free(c->ssl);
  close(c->fd);
  counts.open--;
  free(c);
}

enum { WELL, SILENT, MUTE, RESETS, DRIPS };

// Scattered over the fleet, and the same in every run.
static int kind_of(int portal) {
  int share = (int)((unsigned)portal * 7919u % 1000u);
  if (portal < 0) return WELL;
  if (share < unwell.dead) return portal % 2 ? SILENT : MUTE;
  if ((share -= unwell.dead) < unwell.reset) return RESETS;
  return share - unwell.reset < unwell.drip ? DRIPS : WELL;
}

// Between `start` and the next `stop` character; a copy in `to`.
static int text_after(const char *body, const char *start, char stop, char *to, size_t room) {
  const char *from = strstr(body, start);
  if (!from) return 0;
  from += strlen(start);
  const char *until = strchr(from, stop);
  if (!until || (size_t)(until - from) >= room) return 0;
  memcpy(to, from, until - from);
  to[until - from] = 0;
  return 1;
}

static int number_after(const char *body, const char *start, int otherwise) {
  const char *from = strstr(body, start);
  return from ? atoi(from + strlen(start)) : otherwise;
}

// What a GET shows of a POST: an object for the params, numbers for the names.
static char *shown_of(const char *body) {
  char params[1024] = "", key[128], value[512], *shown;
  const char *at = strstr(body, "\"storageParams\":[");
  const char *stop = at ? strchr(at, ']') : NULL;
  while (at && (at = strstr(at, "{\"key\":\"")) && at < stop) {
    if (!text_after(at, "{\"key\":\"", '"', key, sizeof key)) break;
    if (!text_after(at, "\"value\":\"", '"', value, sizeof value)) break;
    size_t used = strlen(params);
    snprintf(params + used, sizeof params - used, "%s\"%s\":\"%s\"", used ? "," : "", key, value);
    at++;
  }
  if (asprintf(&shown, "\"storageType\":5,\"storageParams\":{%s},\"cronParams\":{\"period\":0,\"hour\":%d,\"day\":0},\"backupsStored\":%d",
               params, number_after(body, "\"hour\":", -1), number_after(body, "\"backupsStored\":", -1)) < 0) abort();
  return shown;
}

static const char *OLD =
    "\"storageType\":5,\"storageParams\":{\"module\":\"s3\",\"bucket\":\"acme-backups\",\"region\":\"eu-west-1\",\"subdir\":\"old\"},"
    "\"cronParams\":{\"period\":0,\"hour\":5,\"day\":0},\"backupsStored\":3";

static int answer_to(char *request, int head, char *out) {
  char body[2048], host[256] = "";
  const char *status = "200 OK";
  if (!text_after(request, "Host: ", '\r', host, sizeof host)) text_after(request, "host: ", '\r', host, sizeof host);
  int portal = host[0] == 'p' ? atoi(host + 1) : -1;
  counts.requests++;
  if (portal < 0 || portal >= most_portals || !strcasestr(request, "authorization: Bearer sk-")) {
    counts.bad++;
    status = "404 Not Found";
    strcpy(body, "{\"error\":{\"message\":\"no such portal\"},\"status\":1,\"statusCode\":404}");
  } else if (!strncmp(request, "GET /api/2.0/backup/getbackupschedule ", 38)) {
    counts.reads++;
    counts.proven += posted[portal] != NULL;
    snprintf(body, sizeof body,
             "{\"response\":{%s,\"lastBackupTime\":\"0001-01-01T00:00:00\",\"dump\":false},\"count\":1,\"links\":[{\"href\":"
             "\"https://%s/api/2.0/backup/getbackupschedule\",\"action\":\"GET\"}],\"status\":0,\"statusCode\":200}",
             posted[portal] ? posted[portal] : OLD, host);
  } else if (!strncmp(request, "POST /api/2.0/backup/createbackupschedule ", 42)) {
    counts.writes++;
    free(posted[portal]);
    posted[portal] = shown_of(request + head);
    snprintf(body, sizeof body,
             "{\"response\":true,\"count\":1,\"links\":[{\"href\":\"https://%s/api/2.0/backup/createbackupschedule\",\"action\":"
             "\"POST\"}],\"status\":0,\"statusCode\":200}", host);
  } else {
    counts.bad++;
    status = "400 Bad Request";
    strcpy(body, "{}");
  }
  return snprintf(out, MOST_ANSWER,
                  "HTTP/1.1 %s\r\nServer: bench\r\nDate: Mon, 23 Nov 2026 10:00:00 GMT\r\nContent-Type: application/json; "
                  "charset=utf-8\r\nContent-Length: %zu\r\nConnection: keep-alive\r\n\r\n%s", status, strlen(body), body);
}

// Length of the whole request in the buffer, 0 where it is not whole yet.
static int whole_request(connection *c, int *head) {
  char *blank = memmem(c->request, c->have, "\r\n\r\n", 4);
  if (!blank) return 0;
  *head = blank + 4 - c->request;
  *blank = 0;
  char *length = strcasestr(c->request, "content-length:");
  int body = length ? atoi(length + 15) : 0;
  *blank = '\r';
  return *head + body <= c->have ? *head + body : 0;
}

// Returns 0 where the connection has ended.
static int answer(connection *c) {
  char out[MOST_ANSWER];
  int head = 0, length = whole_request(c, &head);
  char after = c->request[length];
  c->request[length] = 0;
  int size = answer_to(c->request, head, out);
  c->request[length] = after;
  memmove(c->request, c->request + length, c->have - length);
  c->have -= length;
  counts.bytes_out += size;
  last_answer = now_ms();
  return SSL_write(c->ssl, out, size) == size;  // small: a fresh socket's buffer takes it whole
}

static int portal_of(const char *request) {
  char host[256] = "";
  if (!text_after(request, "Host: ", '\r', host, sizeof host)) text_after(request, "host: ", '\r', host, sizeof host);
  return host[0] == 'p' ? atoi(host + 1) : -1;
}

// Ends the connection as a crash would.
static void reset(connection *c) {
  struct linger now = {.l_onoff = 1, .l_linger = 0};
  setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  end(c);
}

static const char DRIPPED[] = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n{\"response\":";

static void drip(connection *c) {
  int at = c->dripping++ < (int)sizeof DRIPPED - 1 ? c->dripping - 1 : -1;
  if (SSL_write(c->ssl, at < 0 ? " " : DRIPPED + at, 1) <= 0) return end(c);
  push(&drips, c, now_ms() + DRIP_EVERY_MS);
}

static void await_end(connection *c) {
  char lost[4096];
  ssize_t got;
  while ((got = recv(c->fd, lost, sizeof lost, 0)) > 0);
  if (got == 0 || (errno != EAGAIN && errno != EWOULDBLOCK)) end(c);
}

// Returns 0 where a request that is whole is answered as portals that are well do.
static int misbehave(connection *c) {
  int kind = kind_of(portal_of(c->request));
  if (kind == WELL) return 0;
  if (kind == RESETS) reset(c);
  else if (kind == DRIPS) drip(c);
  else c->mute = 1;
  return 1;
}

static void serve(connection *c) {
  if (c->silent || c->mute) return await_end(c);
  if (!c->greeted) {
    c->greeted = 1;
    if (latency > 0) return push(&hellos, c, now_ms() + 2 * latency);
  }
  if (c->answering) {
    c->answering = 0;
    if (!answer(c)) return end(c);
  }
  for (;;) {
    int head;
    if (whole_request(c, &head)) {
      if (misbehave(c)) return;
      if (latency > 0) {
        c->answering = 1;
        return push(&answers, c, now_ms() + latency);
      }
      if (!answer(c)) return end(c);
      continue;
    }
    if (c->have >= MOST_REQUEST - 1) return end(c);
    int got = SSL_read(c->ssl, c->request + c->have, MOST_REQUEST - 1 - c->have);
    if (got <= 0) {
      int why = SSL_get_error(c->ssl, got);
      ERR_clear_error();
      if (why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE) return;
      return end(c);
    }
    c->have += got;
    counts.bytes_in += got;
  }
}

// The portal whose own address was called, or -1.
static int called(int fd) {
  struct sockaddr_in address;
  socklen_t size = sizeof address;
  getsockname(fd, (struct sockaddr *)&address, &size);
  unsigned number = ntohl(address.sin_addr.s_addr);
  return number >= 0x7f010000 ? (int)(number - 0x7f010000) : -1;
}

static void take_connections(int listener, SSL_CTX *context) {
  int fd, one = 1;
  struct sockaddr_in peer;
  socklen_t size = sizeof peer;
  while ((fd = accept4(listener, (struct sockaddr *)&peer, &size, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
    if (ntohl(peer.sin_addr.s_addr) >> 24 != 127) { close(fd); continue; }
    connection *c = calloc(1, sizeof *c);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    c->fd = fd;
    c->silent = kind_of(called(fd)) == SILENT;
    c->ssl = SSL_new(context);
    SSL_set_fd(c->ssl, fd);
    SSL_set_accept_state(c->ssl);
    counts.connections++;
    if (++counts.open > counts.most_open) counts.most_open = counts.open;
    struct epoll_event event = {.events = EPOLLIN | EPOLLET, .data.ptr = c};
    epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event);
  }
}

static void tell_counts(void) {
  struct rusage used;
  getrusage(RUSAGE_SELF, &used);
  printf("{\"requests\":%ld,\"reads\":%ld,\"writes\":%ld,\"connections\":%ld,\"openSockets\":%ld,\"mostOpenSockets\":%ld,"
         "\"bytesIn\":%ld,\"bytesOut\":%ld,\"bad\":%ld,\"proven\":%ld,\"lastAnswerMs\":%.1f,\"cpuMs\":%.3f}\n",
         counts.requests, counts.reads, counts.writes, counts.connections, counts.open, counts.most_open, counts.bytes_in,
         counts.bytes_out, counts.bad, counts.proven, last_answer > reset_at ? last_answer - reset_at : 0, used.ru_utime.tv_sec * 1e3 + used.ru_utime.tv_usec / 1e3 + used.ru_stime.tv_sec * 1e3 + used.ru_stime.tv_usec / 1e3);
  fflush(stdout);
}

static void obey(char *line) {
  if (!strncmp(line, "latency ", 8)) latency = atof(line + 8);
  sscanf(line, "bad %d %d %d", &unwell.dead, &unwell.reset, &unwell.drip);
  if (!strncmp(line, "reset", 5)) {
    reset_at = now_ms();
    long open = counts.open;
    for (int i = 0; i < most_portals; i++) { free(posted[i]); posted[i] = NULL; }
    memset(&counts, 0, sizeof counts);
    counts.open = counts.most_open = open;
  }
  tell_counts();
}

static int next_wait(void) {
  double due = -1;
  if (hellos.first) due = hellos.first->due;
  if (answers.first && (due < 0 || answers.first->due < due)) due = answers.first->due;
  if (drips.first && (due < 0 || drips.first->due < due)) due = drips.first->due;
  if (due < 0) return -1;
  double left = due - now_ms();
  return left <= 0 ? 0 : (int)left + 1;
}

int main(int argc, char **argv) {
  if (argc != 4) return 2;
  most_portals = atoi(argv[3]) + 1;
  posted = calloc(most_portals, sizeof *posted);
  signal(SIGPIPE, SIG_IGN);
  SSL_CTX *context = SSL_CTX_new(TLS_server_method());
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
  if (SSL_CTX_use_certificate_chain_file(context, argv[1]) != 1 || SSL_CTX_use_PrivateKey_file(context, argv[2], SSL_FILETYPE_PEM) != 1) {
    ERR_print_errors_fp(stderr);
    return 1;
  }
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_ANY)};
  socklen_t size = sizeof address;
  if (bind(listener, (struct sockaddr *)&address, size) || listen(listener, 4096)) { perror("listen"); return 1; }
  getsockname(listener, (struct sockaddr *)&address, &size);
  epoll_fd = epoll_create1(EPOLL_CLOEXEC);
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = &listener}, input = {.events = EPOLLIN, .data.ptr = NULL};
  epoll_ctl(epoll_fd, EPOLL_CTL_ADD, listener, &event);
  epoll_ctl(epoll_fd, EPOLL_CTL_ADD, 0, &input);
  printf("%d\n", ntohs(address.sin_port));
  fflush(stdout);

  struct epoll_event events[EVENTS];
  for (;;) {
    int ready = epoll_wait(epoll_fd, events, EVENTS, next_wait());
    int new_ones = 0;  // taken last, so that connections which have ended are not counted beside those that follow them
    for (int i = 0; i < ready; i++) {
      void *what = events[i].data.ptr;
      if (what == NULL) {
        char line[256];
        if (!fgets(line, sizeof line, stdin)) return 0;
        obey(line);
      } else if (what == &listener) {
        new_ones = 1;
      } else if (!((connection *)what)->waiting) {
        serve(what);
      }
    }
    if (new_ones) take_connections(listener, context);
    double now = now_ms();
    for (connection *c; (c = pop_due(&hellos, now));) serve(c);
    for (connection *c; (c = pop_due(&answers, now));) serve(c);
    for (connection *c; (c = pop_due(&drips, now));) drip(c);
  }
}
