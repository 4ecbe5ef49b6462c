#include <cstring>
#include <zmq.h>

int main()
{
    if (zmq_has("curve")) return 1;
    void* context = zmq_ctx_new();
    void* server = zmq_socket(context, ZMQ_PAIR);
    void* client = zmq_socket(context, ZMQ_PAIR);
    if (zmq_bind(server, "inproc://consumer") != 0) return 2;
    if (zmq_connect(client, "inproc://consumer") != 0) return 3;
    if (zmq_send(client, "block", 5, 0) != 5) return 4;
    char text[5];
    if (zmq_recv(server, text, sizeof(text), 0) != 5 || std::memcmp(text, "block", 5) != 0) return 5;
    zmq_close(client);
    zmq_close(server);
    return zmq_ctx_term(context) == 0 ? 0 : 6;
}
