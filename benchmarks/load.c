/*
 * Load generator for HTTP/1.1 and for netstrings on a Unix socket, and a stopwatch for start-up.
 *
 *   load get SOCKET PATH CONNECTIONS SECONDS   closed loop on keep-alive connections; prints one line:
 *                                              requests/s, p50, p99 and p99.9 in microseconds, failures
 *   load once SOCKET PATH CONNECTIONS SECONDS  the same with a new connection for each request
 *   load ask SOCKET REQUEST CONNECTIONS SECONDS  the same with netstrings, as Postfix asks a socketmap table;
 *                                              a failure is an answer that does not begin with OK
 *   load watch SOCKET PATH WATCHERS STALLED    event streams, of which STALLED never read; says "ready" when each other
 *                                              one has its first event, then a line for each version that all of them
 *                                              were told: the version and the monotonic clock in nanoseconds
 *   load size SOCKET PATH                      bytes of the head and of the body of one answer
 *   load first SOCKET PATH COMMAND...          starts COMMAND, prints the milliseconds until the first 200,
 *                                              then ends it with SIGTERM
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { BUFFER = 64 * 1024, SUB = 64, BUCKETS = 64 * SUB };

struct connection {
  int fd;
  size_t have;
  uint64_t sent_at;
  char buffer[BUFFER];
};

struct answer {
  int status;
  size_t head, body;
};

static uint64_t histogram[BUCKETS];

static uint64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void fail(const char *what) {
  fprintf(stderr, "load: %s: %s\n", what, errno ? strerror(errno) : "unexpected answer");
  exit(1);
}

/* Buckets grow with the value: 64 of them for each power of two, so an error of at most 1.6 %. */
static int bucket_of(uint64_t ns) {
  if (ns < SUB) return (int)ns;
  int power = 63 - __builtin_clzll(ns);
  return (power - 5) * SUB + (int)((ns >> (power - 6)) & (SUB - 1));
}

static double bucket_value(int bucket) {
  if (bucket < SUB) return bucket;
  int power = bucket / SUB + 5;
  return (double)((uint64_t)(SUB + bucket % SUB) << (power - 6));
}

static double percentile(uint64_t total, double share) {
  uint64_t wanted = (uint64_t)((double)total * share), seen = 0;
  for (int i = 0; i < BUCKETS; i++) {
    seen += histogram[i];
    if (seen > wanted) return bucket_value(i) / 1000;
  }
  return 0;
}

static int open_socket(const char *path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  if (strlen(path) >= sizeof address.sun_path) {
    errno = ENAMETOOLONG;
    fail(path);
  }
  strcpy(address.sun_path, path);
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) fail("socket");
  if (connect(fd, (struct sockaddr *)&address, sizeof address) == 0) return fd;
  close(fd);
  return -1;
}

/* 1 and the answer when all of it is there, 0 when more must come. */
static int parse(char *data, size_t have, struct answer *answer) {
  char *end = memmem(data, have, "\r\n\r\n", 4);
  if (!end) return 0;
  answer->head = (size_t)(end - data) + 4;
  *end = 0;
  char *length = strcasestr(data, "\r\ncontent-length:");
  *end = '\r';
  answer->body = length ? strtoul(length + 17, NULL, 10) : 0;
  answer->status = have > 12 ? atoi(data + 9) : 0;
  return have >= answer->head + answer->body;
}

/* The same for a netstring; the status is 200 for OK. */
static int parse_netstring(char *data, size_t have, struct answer *answer) {
  char *colon = memchr(data, ':', have);
  if (!colon) return 0;
  answer->head = (size_t)(colon - data) + 1;
  answer->body = strtoul(data, NULL, 10) + 1;
  if (have < answer->head + answer->body) return 0;
  answer->status = answer->body > 3 && !memcmp(colon + 1, "OK ", 3) ? 200 : 0;
  return 1;
}

static int make_request(char *request, size_t size, const char *path) {
  return snprintf(request, size, "GET %s HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\n\r\n", path);
}

static void send_request(struct connection *c, const char *request, int length) {
  c->have = 0;
  c->sent_at = now();
  if (send(c->fd, request, (size_t)length, MSG_NOSIGNAL) != length) fail("send");
}

/* The status of one answer, or 0. */
static int ask_once(const char *socket_path, const char *path, struct answer *answer) {
  static struct connection c;
  char request[512];
  int length = make_request(request, sizeof request, path);
  c.fd = open_socket(socket_path);
  if (c.fd < 0) return 0;
  c.have = 0;
  answer->status = 0;
  if (send(c.fd, request, (size_t)length, MSG_NOSIGNAL) == length) {
    ssize_t n;
    while (c.have < BUFFER && (n = recv(c.fd, c.buffer + c.have, BUFFER - c.have, 0)) > 0) {
      c.have += (size_t)n;
      if (parse(c.buffer, c.have, answer)) break;
    }
  }
  close(c.fd);
  return answer->status;
}

static void join(int epoll, struct connection *c, const char *socket_path) {
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = c};
  if ((c->fd = open_socket(socket_path)) < 0 || epoll_ctl(epoll, EPOLL_CTL_ADD, c->fd, &event)) fail(socket_path);
}

static void load(const char *socket_path, const char *request, int (*whole)(char *, size_t, struct answer *), int keep,
                 int connections, double seconds) {
  int length = (int)strlen(request), epoll = epoll_create1(0);
  struct connection *all = calloc((size_t)connections, sizeof *all);
  struct epoll_event events[64];
  struct answer answer = {0};
  uint64_t done = 0, failures = 0;
  if (!all) fail("memory");
  for (int i = 0; i < connections; i++) join(epoll, &all[i], socket_path);
  uint64_t start = now(), end = start + (uint64_t)(seconds * 1e9);
  for (int i = 0; i < connections; i++) send_request(&all[i], request, length);
  while (now() < end) {
    int ready = epoll_wait(epoll, events, 64, 1000);
    for (int i = 0; i < ready; i++) {
      struct connection *c = events[i].data.ptr;
      ssize_t n = recv(c->fd, c->buffer + c->have, BUFFER - c->have, 0);
      if (n <= 0) fail("the server closed a connection");
      c->have += (size_t)n;
      if (!whole(c->buffer, c->have, &answer)) continue;
      histogram[bucket_of(now() - c->sent_at)]++;
      done++;
      failures += answer.status != 200;
      if (!keep) {
        close(c->fd);
        join(epoll, c, socket_path);
      }
      send_request(c, request, length);
    }
  }
  double took = (double)(now() - start) / 1e9;
  printf("%.0f %.1f %.1f %.1f %lu\n", (double)done / took, percentile(done, 0.5), percentile(done, 0.99),
         percentile(done, 0.999), (unsigned long)failures);
}

static void first(const char *socket_path, const char *path, char **command) {
  struct answer answer;
  struct timespec pause = {0, 500000};
  uint64_t start = now();
  pid_t child = fork();
  if (child == 0) {
    int null = open("/dev/null", O_WRONLY);
    dup2(null, 1);
    execvp(command[0], command);
    _exit(127);
  }
  while (ask_once(socket_path, path, &answer) != 200) {
    if (waitpid(child, NULL, WNOHANG) == child) {
      errno = ECHILD;
      fail("the command ended before its first answer");
    }
    if (now() - start > 60000000000u) {
      kill(child, SIGTERM);
      errno = ETIMEDOUT;
      fail(path);
    }
    nanosleep(&pause, NULL);
  }
  printf("%.1f\n", (double)(now() - start) / 1e6);
  kill(child, SIGTERM);
  waitpid(child, NULL, 0);
}

static void begin_watch(struct connection *one, const char *socket, const char *request) {
  one->fd = open_socket(socket);
  if (one->fd < 0 || write(one->fd, request, strlen(request)) < 0) fail(socket);
}

/* The versions in what has come, each told once to the caller; what is not complete stays. */
static void each_version(struct connection *one, void (*told)(unsigned long)) {
  char *from = one->buffer, *end;
  size_t left = one->have;
  while ((end = memmem(from, left, "\n\n", 2))) {
    char *version = memmem(from, (size_t)(end - from), "\"version\":\"", 11);
    if (version) told(strtoul(version + 11, NULL, 10));
    left -= (size_t)(end + 2 - from);
    from = end + 2;
  }
  memmove(one->buffer, from, left);
  one->have = left;
}

enum { VERSIONS = 1 << 16 };
static unsigned told_of[VERSIONS];
static unsigned watchers;
static int greeted;

static void version_told(unsigned long version) {
  if (version >= VERSIONS || ++told_of[version] < watchers) return;
  if (!greeted++) puts("ready");
  else printf("%lu %llu\n", version, (unsigned long long)now());
  fflush(stdout);
}

static void watch(const char *socket, const char *request, unsigned stalled) {
  int epoll = epoll_create1(EPOLL_CLOEXEC);
  struct connection *all = calloc(watchers + stalled, sizeof *all);
  if (epoll < 0 || !all) fail("watch");
  for (unsigned i = 0; i < watchers + stalled; i++) {
    begin_watch(all + i, socket, request);
    if (i < stalled) continue;
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = all + i};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, all[i].fd, &event)) fail("epoll_ctl");
  }
  for (;;) {
    struct epoll_event events[256];
    int ready = epoll_wait(epoll, events, 256, -1);
    if (ready < 0 && errno != EINTR) fail("epoll_wait");
    for (int i = 0; i < ready; i++) {
      struct connection *one = events[i].data.ptr;
      ssize_t got = read(one->fd, one->buffer + one->have, BUFFER - one->have);
      if (got <= 0) return;
      one->have += (size_t)got;
      each_version(one, version_told);
    }
  }
}

int main(int count, char **args) {
  struct answer answer = {0};
  char request[512];
  int keep = count == 6 && !strcmp(args[1], "get");
  if (keep || (count == 6 && !strcmp(args[1], "once"))) {
    make_request(request, sizeof request, args[3]);
    load(args[2], request, parse, keep, atoi(args[4]), atof(args[5]));
  } else if (count == 6 && !strcmp(args[1], "ask")) {
    snprintf(request, sizeof request, "%zu:%s,", strlen(args[3]), args[3]);
    load(args[2], request, parse_netstring, 1, atoi(args[4]), atof(args[5]));
  } else if (count == 6 && !strcmp(args[1], "watch")) {
    make_request(request, sizeof request, args[3]);
    watchers = (unsigned)atoi(args[4]);
    watch(args[2], request, (unsigned)atoi(args[5]));
  } else if (count == 4 && !strcmp(args[1], "size")) {
    if (!ask_once(args[2], args[3], &answer)) fail(args[2]);
    printf("%d %zu %zu\n", answer.status, answer.head, answer.body);
  } else if (count > 4 && !strcmp(args[1], "first")) {
    first(args[2], args[3], args + 4);
  } else {
    fputs("usage: load get|once SOCKET PATH CONNECTIONS SECONDS | ask SOCKET REQUEST CONNECTIONS SECONDS | watch SOCKET PATH WATCHERS STALLED | size SOCKET PATH | first SOCKET PATH COMMAND...\n", stderr);
    return 2;
  }
  return 0;
}
