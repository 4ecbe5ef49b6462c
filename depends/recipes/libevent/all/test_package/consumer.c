#include <event2/event.h>
#include <event2/http.h>
#include <event2/thread.h>

int main(void)
{
#ifdef _WIN32
    if (evthread_use_windows_threads() != 0) return 1;
#else
    if (evthread_use_pthreads() != 0) return 1;
#endif
    struct event_base* base = event_base_new();
    if (!base) return 2;
    struct evhttp* http = evhttp_new(base);
    if (!http) return 3;
    const int status = event_base_loop(base, EVLOOP_NONBLOCK);
    evhttp_free(http);
    event_base_free(base);
    return status < 0 ? 4 : 0;
}
