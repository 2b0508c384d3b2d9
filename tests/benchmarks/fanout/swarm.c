/* Many WebSocket viewers on loopback, in one thread: one of them turns the page, and it is timed
   when every one of them has the frame whole.  --parts N makes so many processes of as many viewers
   each, for more than one process may have open.

   Nothing is parsed but the heads of frames, and nothing waits in the kernel: the server's own
   time is what is measured (/proc/PID/task/.../schedstat), and a viewer costs some microseconds.
   Prints one JSON object a line.  See run.py, which compiles and calls it. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum state { CONNECTING, UPGRADING, OPEN, DEAF, GONE };

struct viewer {
    int fd;
    enum state state;
    int tries, shown;       /* with --wander: servers that were left; whether there was a page */
    double since;           /* when the last one was lost, or this one was tried */
    int blank;              /* how much of the empty line after the answer's head has come */
    unsigned char head[10]; /* of the frame that comes */
    int n_head;
    uint64_t size, left; /* bytes of it, and of those that have not come */
};

static struct viewer *viewers;
static int n_viewers = 1, n_deaf, n_turns = 20, at_a_time = 128, n_ports, ports[64], n_pids,
           pids[64], n_hosts = 1, receive_buffer;
static long least = 1000; /* bytes of a frame that is a page, and no word about anything else */
static double quiet = 1.0, longest = 60.0, stay;
/* What all parts share: how many viewers are there, and the pages that came of this turn. */
static struct shared {
    int alive, shown, closed, joined, go, wandering, done;
    long got;
    double since;
    unsigned long long bytes;
    float late[];
} *all;
static int n_parts = 1, part, again, wander;
static double every;
static char request[2048];
static const char *hello_again;
static const char *path = "/", *hello, *first, *turn = "%d", *headers = "", *pong;
static uint64_t beat_bytes; /* a frame of so many is a heartbeat, which is answered with pong */
static int poller, alive, closed, n_gone, n_coming;
static char buffer[1 << 18];

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec * 1e-9;
}

static void fail(const char *what) {
    perror(what);
    exit(1);
}

/* --- what the servers use ---------------------------------------------------------------------- */

static double cpu_of(int pid) {
    char name[300];
    snprintf(name, sizeof name, "/proc/%d/task", pid);
    DIR *folder = opendir(name);
    double seconds = 0;
    for (struct dirent *entry; folder && (entry = readdir(folder));) {
        snprintf(name, sizeof name, "/proc/%d/task/%.20s/schedstat", pid, entry->d_name);
        FILE *file = entry->d_name[0] == '.' ? NULL : fopen(name, "r");
        unsigned long long nanoseconds;
        if (file && fscanf(file, "%llu", &nanoseconds) == 1) seconds += nanoseconds * 1e-9;
        if (file) fclose(file);
    }
    if (folder) closedir(folder);
    return seconds;
}

static double cpu(void) {
    double seconds = 0;
    for (int i = 0; i < n_pids; i++) seconds += cpu_of(pids[i]);
    return seconds;
}

static double memory_kb(void) { /* resident, but what is shared with others counts for each */
    double kb = 0;
    for (int i = 0; i < n_pids; i++) {
        char name[60];
        long all, resident = 0;
        snprintf(name, sizeof name, "/proc/%d/statm", pids[i]);
        FILE *file = fopen(name, "r");
        if (file && fscanf(file, "%ld %ld", &all, &resident) == 2)
            kb += resident * (sysconf(_SC_PAGESIZE) / 1024.0);
        if (file) fclose(file);
    }
    return kb;
}

static long tcp_pages(void) { /* of memory that the kernel's TCP holds, of both ends */
    char line[256];
    long pages = 0;
    FILE *file = fopen("/proc/net/sockstat", "r");
    while (file && fgets(line, sizeof line, file)) {
        char *found = strstr(line, " mem ");
        if (!strncmp(line, "TCP:", 4) && found) pages = atol(found + 5);
    }
    if (file) fclose(file);
    return pages;
}

/* --- WebSockets --------------------------------------------------------------------------------- */

static void say(int fd, const char *text) { /* masked with zeros, which changes nothing */
    static unsigned char frame[70000];
    size_t size = strlen(text);
    int head = 2;
    frame[0] = 0x81;
    frame[1] = 0x80 | (size < 126 ? size : 126);
    if (size >= 126) frame[head++] = size >> 8, frame[head++] = size;
    memset(frame + head, 0, 4);
    memcpy(frame + head + 4, text, size);
    if (send(fd, frame, head + 4 + size, MSG_NOSIGNAL) < 0) perror("send");
}

static int end_frame(struct viewer *v) { /* 1 if it was a page */
    int opcode = v->head[0] & 15;
    v->n_head = 0;
    if (opcode == 9) { /* a ping: answered without its content */
        unsigned char answer[6] = {0x8a, 0x80};
        send(v->fd, answer, sizeof answer, MSG_NOSIGNAL);
    }
    if (opcode == 1 && pong && v->size == beat_bytes) say(v->fd, pong);
    if (opcode > 7 || (long)v->size < least) return 0;
    if (!v->shown) v->shown = 1, __atomic_add_fetch(&all->shown, 1, __ATOMIC_RELAXED);
    return 1;
}

static int take(struct viewer *v, const char *p, long n) { /* how many pages are whole */
    int pages = 0;
    while (n > 0) {
        if (v->left) {
            long part = v->left < (uint64_t)n ? (long)v->left : n;
            v->left -= part, p += part, n -= part;
            if (!v->left) pages += end_frame(v);
            continue;
        }
        v->head[v->n_head++] = *p++, n--;
        int said = v->n_head < 2 ? 0 : v->head[1] & 127;
        int extra = said == 126 ? 2 : said == 127 ? 8 : 0;
        if (v->n_head < 2 + extra) continue;
        v->size = extra ? 0 : said;
        for (int i = 0; i < extra; i++) v->size = v->size << 8 | v->head[2 + i];
        v->left = v->size;
        if (!v->left) pages += end_frame(v);
    }
    return pages;
}

static void go(struct viewer *v) {
    epoll_ctl(poller, EPOLL_CTL_DEL, v->fd, NULL);
    if (v->state == OPEN) alive--, __atomic_sub_fetch(&all->alive, 1, __ATOMIC_RELAXED);
    if (v->state != OPEN) n_coming--;
    if (v->shown) v->shown = 0, __atomic_sub_fetch(&all->shown, 1, __ATOMIC_RELAXED);
    v->state = GONE;
    v->since = now();
    n_gone++;
    closed++, __atomic_add_fetch(&all->closed, 1, __ATOMIC_RELAXED);
}

static int read_some(struct viewer *v) {
    int pages = 0;
    for (;;) {
        long n = recv(v->fd, buffer, sizeof buffer, MSG_DONTWAIT);
        if (n > 0) {
            __atomic_add_fetch(&all->bytes, n, __ATOMIC_RELAXED);
            pages += take(v, buffer, n);
            if (n == (long)sizeof buffer) continue;
        } else if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
            go(v);
        }
        return pages;
    }
}

static void begin(int i) {
    struct viewer *v = viewers + i;
    int one = 1;
    v->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (v->fd < 0) fail("socket");
    setsockopt(v->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (receive_buffer)
        setsockopt(v->fd, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(ports[(i + v->tries * (1 + i / n_ports % 2)) % n_ports])};
    to.sin_addr.s_addr = htonl(0x7f000001 + (part + i / n_ports) % n_hosts);
    if (connect(v->fd, (void *)&to, sizeof to) < 0 && errno != EINPROGRESS) fail("connect");
    struct epoll_event event = {.events = EPOLLOUT, .data.u32 = i};
    epoll_ctl(poller, EPOLL_CTL_ADD, v->fd, &event);
    v->state = CONNECTING;
    v->since = now();
    n_coming++;
}

/* Read the answer to the upgrade; what follows its head are frames. */
static void upgrade(struct viewer *v, long n) {
    for (long i = 0; i < n; i++) {
        int wanted = v->blank % 2 ? '\n' : '\r';
        v->blank = buffer[i] == wanted ? v->blank + 1 : buffer[i] == '\r';
        if (v->blank < 4) continue;
        v->state = OPEN;
        n_coming--;
        alive++, __atomic_add_fetch(&all->alive, 1, __ATOMIC_RELAXED);
        if (hello) say(v->fd, first && !part && v == viewers ? first : hello);
        take(v, buffer + i + 1, n - i - 1);
        return;
    }
}

static void step(struct viewer *v) {
    if (v->state == CONNECTING) {
        int error = 0;
        socklen_t size = sizeof error;
        getsockopt(v->fd, SOL_SOCKET, SO_ERROR, &error, &size);
        if (error) {
            go(v);
            return;
        }
        send(v->fd, request, strlen(request), MSG_NOSIGNAL);
        struct epoll_event event = {.events = EPOLLIN, .data.u32 = v - viewers};
        epoll_ctl(poller, EPOLL_CTL_MOD, v->fd, &event);
        v->state = UPGRADING;
    } else if (v->state == UPGRADING) {
        long n = recv(v->fd, buffer, sizeof buffer - 1, 0);
        buffer[n > 0 ? n : 0] = 0;
        if (n <= 0 || (!v->blank && n > 12 && strncmp(buffer + 9, "101", 3) && closed < 3 &&
                       fprintf(stderr, "refused: %.200s\n", buffer)))
            go(v);
        else
            upgrade(v, n);
    } else if (v->state == OPEN) {
        read_some(v);
    }
}

/* --- what is done with them --------------------------------------------------------------------- */

static struct epoll_event events[4096];

/* Read what comes, and take down when pages do; waits so many milliseconds for anything. */
static void look_for_others(void);

static void read_all(int wait) {
    if (all->wandering) look_for_others();
    int n = epoll_wait(poller, events, 4096, wait);
    for (int i = 0; i < n; i++) {
        struct viewer *v = viewers + events[i].data.u32;
        if (v->state == CONNECTING || v->state == UPGRADING) step(v);
        if (v->state != OPEN) continue;
        for (int pages = read_some(v); pages > 0; pages--) {
            long number = __atomic_fetch_add(&all->got, 1, __ATOMIC_RELAXED);
            if (number < (long)n_viewers * n_parts) all->late[number] = (now() - all->since) * 1e3;
        }
    }
}

static void listen_for(double seconds) {
    for (double end = now() + seconds; now() < end;) read_all(20);
}

static void connect_all(void) {
    snprintf(request, sizeof request,
             "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: websocket\r\n"
             "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
             "Sec-WebSocket-Version: 13\r\n%s\r\n",
             path, ports[0], headers);
    double last = now();
    int begun = 0;
    alive = closed = n_gone = n_coming = 0;
    while (alive + closed < n_viewers && now() - last < 20) {
        while (begun < n_viewers && begun - alive - closed < at_a_time) begin(begun++);
        int n = epoll_wait(poller, events, 4096, 1000), before = alive;
        for (int i = 0; i < n; i++) step(viewers + events[i].data.u32);
        if (alive > before) last = now();
    }
}

/* All parts connect; what that cost.  The servers have gone quiet again when this returns. */
static void join_all(const char *what) {
    double memory = memory_kb(), used = cpu(), since = now();
    __atomic_store_n(&all->bytes, 0, __ATOMIC_RELAXED);
    __atomic_store_n(&all->go, all->go + 1, __ATOMIC_RELEASE);
    connect_all();
    __atomic_add_fetch(&all->joined, 1, __ATOMIC_RELEASE);
    while (__atomic_load_n(&all->joined, __ATOMIC_ACQUIRE) < n_parts) read_all(20);
    double seconds = now() - since;
    listen_for(quiet);
    int there = all->alive, wanted = n_viewers * n_parts;
    printf("{\"what\": \"%s\", \"viewers\": %d, \"failed\": %d, \"seconds\": %.2f, "
           "\"us_each\": %.0f, \"kb_each\": %.2f, \"bytes\": %llu}\n",
           what, there, wanted - there, seconds, (cpu() - used) / there * 1e6,
           (memory_kb() - memory) / there, all->bytes);
    fflush(stdout);
}

static int by_value(const void *a, const void *b) {
    float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

/* One turn: until all that read have a page, in whichever part; how many have. */
static long turn_once(int number) {
    char text[4096];
    snprintf(text, sizeof text, turn, number, number);
    __atomic_store_n(&all->got, 0, __ATOMIC_RELAXED);
    all->since = now();
    say(viewers[0].fd, text);
    while (__atomic_load_n(&all->got, __ATOMIC_RELAXED) < all->alive &&
           now() - all->since < longest)
        read_all(0);
    return all->got;
}

static void turn_pages(void) {
    size_t n_all = (size_t)n_viewers * n_parts, n_late = 0;
    float *late = malloc(sizeof *late * n_all * n_turns), *slowest = malloc(sizeof *slowest * n_turns);
    static int page = 2; /* all are on page 1 */
    for (int i = 0; i < 2; i++) turn_once(page++); /* to warm up */
    double used = cpu(), since = now(), memory = memory_kb(), most = 0;
    all->bytes = 0;
    long missed = 0;
    for (int i = 0; i < n_turns; i++) {
        double due = since + i * every;
        while (every && now() < due) read_all(1);
        long got = turn_once(page++);
        missed += all->alive - got;
        if (got > (long)n_all) got = n_all;
        memcpy(late + n_late, all->late, sizeof *late * got);
        slowest[i] = got ? late[n_late + got - 1] : 0;
        n_late += got;
        if (memory_kb() > most) most = memory_kb();
    }
    used = cpu() - used;
    qsort(late, n_late, sizeof *late, by_value);
    qsort(slowest, n_turns, sizeof *slowest, by_value);
    printf("{\"what\": \"turns\", \"viewers\": %d, \"turns\": %d, \"missed\": %ld, "
           "\"us_each\": %.2f, \"bytes_each\": %.0f, \"p50_ms\": %.2f, \"p99_ms\": %.2f, "
           "\"last_p50_ms\": %.2f, \"last_ms\": %.2f, \"seconds\": %.2f, \"cpu\": %.3f, "
           "\"grown_kb\": %.0f, \"tcp_pages\": %ld, \"closed\": %d}\n",
           all->alive, n_turns, missed, n_late ? used / n_late * 1e6 : 0,
           n_late ? (double)all->bytes / n_late : 0, n_late ? late[n_late / 2] : 0,
           n_late ? late[(size_t)(n_late * 0.99)] : 0, slowest[n_turns / 2], slowest[n_turns - 1],
           now() - since, used, most - memory, tcp_pages(), all->closed);
    fflush(stdout);
}

static void close_all(void) {
    struct linger at_once = {1, 0}; /* ports are free again without delay */
    for (int i = 0; i < n_viewers; i++) {
        setsockopt(viewers[i].fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
        close(viewers[i].fd);
    }
}

/* Wait until the server has gone; then everyone comes back, as soon as it is there again. */
static void come_back(void) {
    while (all->alive > 0) read_all(20);
    close_all();
    all->closed = all->joined = 0;
    puts("{\"what\": \"lost\"}");
    fflush(stdout);
    char word[64];
    n_pids = 0; /* the new server's are read */
    while (fgets(word, sizeof word, stdin) && word[0] != '\n') pids[n_pids++] = atoi(word);
    hello = hello_again;
    join_all("back");
}

/* Those who lost their server a second ago go to another one, some at a time; who is not taken in
   there tries the next. */
static void look_for_others(void) {
    static int from;
    double now_ = now();
    for (int n = 0; n < n_viewers && (n_gone || n_coming); n++) {
        struct viewer *v = viewers + from;
        if ((v->state == CONNECTING || v->state == UPGRADING) && now_ - v->since > 5) go(v);
        if (v->state == GONE && now_ - v->since > 1 && n_coming < at_a_time) {
            close(v->fd);
            n_gone--;
            *v = (struct viewer){.tries = v->tries + 1};
            begin(from);
        }
        from = (from + 1) % n_viewers;
    }
}

/* One of several servers ends; when all have a page again, they are shown others. */
static void wander_off(void) {
    char line[8];
    puts("{\"what\": \"ready\"}");
    fflush(stdout);
    int there = all->shown;
    if (!fgets(line, sizeof line, stdin)) return;
    double since = now();
    all->bytes = 0;
    all->wandering = 1;
    while (now() - since < 300 && all->shown >= there) read_all(1);
    while (now() - since < 300 && all->shown < there) read_all(1);
    printf("{\"what\": \"wandered\", \"viewers\": %d, \"lost\": %d, \"seconds\": %.2f, "
           "\"bytes\": %llu}\n",
           all->shown, all->closed, now() - since, all->bytes);
    fflush(stdout);
    turn_pages();
}

static int part_of_it(void) {
    while (!__atomic_load_n(&all->go, __ATOMIC_ACQUIRE)) usleep(1000);
    connect_all();
    __atomic_add_fetch(&all->joined, 1, __ATOMIC_RELEASE);
    while (!__atomic_load_n(&all->done, __ATOMIC_ACQUIRE)) read_all(5);
    close_all();
    return 0;
}

int main(int argc, char **argv) {
    for (int i = 1; i + 1 < argc; i += 2) {
        const char *name = argv[i], *value = argv[i + 1];
        if (!strcmp(name, "--viewers")) n_viewers = atoi(value);
        else if (!strcmp(name, "--deaf")) n_deaf = atoi(value);
        else if (!strcmp(name, "--turns")) n_turns = atoi(value);
        else if (!strcmp(name, "--port")) ports[n_ports++] = atoi(value);
        else if (!strcmp(name, "--pid")) pids[n_pids++] = atoi(value);
        else if (!strcmp(name, "--hosts")) n_hosts = atoi(value);
        else if (!strcmp(name, "--path")) path = value;
        else if (!strcmp(name, "--header")) headers = value;
        else if (!strcmp(name, "--hello")) hello = value;
        else if (!strcmp(name, "--first")) first = value; /* the hello of who turns pages */
        else if (!strcmp(name, "--turn")) turn = value;
        else if (!strcmp(name, "--pong")) pong = value;
        else if (!strcmp(name, "--beat-bytes")) beat_bytes = atol(value);
        else if (!strcmp(name, "--parts")) n_parts = atoi(value);
        else if (!strcmp(name, "--wander")) wander = atoi(value);
        else if (!strcmp(name, "--every")) every = atof(value);
        else if (!strcmp(name, "--hello-again")) hello_again = value, again = 1;
        else if (!strcmp(name, "--least")) least = atol(value);
        else if (!strcmp(name, "--quiet")) quiet = atof(value);
        else if (!strcmp(name, "--longest")) longest = atof(value);
        else if (!strcmp(name, "--stay")) stay = atof(value);
        else if (!strcmp(name, "--at-a-time")) at_a_time = atoi(value);
        else if (!strcmp(name, "--receive-buffer")) receive_buffer = atoi(value);
        else return fprintf(stderr, "there is no option %s\n", name), 2;
    }
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    all = mmap(NULL, sizeof *all + sizeof(float) * n_viewers * n_parts, PROT_READ | PROT_WRITE,
               MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (all == MAP_FAILED) fail("mmap");
    for (int i = 1; i < n_parts && !part; i++)
        if (!fork()) part = i;
    viewers = calloc(n_viewers, sizeof *viewers);
    poller = epoll_create1(0);
    if (part) return part_of_it();
    join_all("join");
    for (int i = n_viewers - n_deaf; i < n_viewers; i++)
        if (viewers[i].state == OPEN) {
            epoll_ctl(poller, EPOLL_CTL_DEL, viewers[i].fd, NULL);
            viewers[i].state = DEAF;
            alive--, all->alive--;
        }
    if (n_turns) turn_pages();
    if (again) come_back();
    if (wander) wander_off();
    if (stay > 0) {
        listen_for(stay);
        printf("{\"what\": \"end\", \"viewers\": %d, \"closed\": %d, \"kb\": %.0f}\n", all->alive,
               all->closed, memory_kb());
    }
    all->done = 1;
    close_all();
    while (wait(NULL) > 0) continue;
    return 0;
}
