#include <extension/export.h>
#include <extension/method.h>
#include <extension/wire.h>

#include <kj/debug.h>
#include <mp/proxy.capnp.h>

namespace mpbitcoin::extension {
namespace {
//! A thread of ours, as the other process names it. All our objects share our threads, which keep
//! the order of each object's calls: the name is all that a thread has.
class OurThread final : public mp::Thread::Server
{
    kj::Promise<void> getName(GetNameContext context) override
    {
        context.getResults().setResult("python");
        return kj::READY_NOW;
    }
};

//! The threads that replace ours on a joined connection.
kj::Maybe<mp::ThreadMap::Client> threadsOfJoined(const Connection& connection)
{
    if (!connection.joined()) return nullptr;
    const auto other = connection.joined()->lock();
    if (other && other->wire()) {
        KJ_IF_MAYBE (threads, other->wire()->threadMap()) {
            return threads->castAs<mp::ThreadMap>();
        }
    }
    return mp::ThreadMap::Client{KJ_EXCEPTION(DISCONNECTED, JOINED_HAS_ENDED)};
}

//! Gives out our threads. On a joined connection, gives out those of the process that objects come
//! from.
class OurThreadMap final : public mp::ThreadMap::Server
{
public:
    explicit OurThreadMap(std::shared_ptr<Connection> connection) :
        m_connection{std::move(connection)}
    {
    }

private:
    kj::Promise<void> makeThread(MakeThreadContext context) override
    {
        KJ_IF_MAYBE (threads, threadsOfJoined(*m_connection)) {
            auto request = threads->makeThreadRequest();
            request.setName(context.getParams().getName());
            return context.tailCall(kj::mv(request));
        }
        context.getResults().setResult(kj::heap<OurThread>());
        return kj::READY_NOW;
    }

    const std::shared_ptr<Connection> m_connection;
};

//! From this number of words on, an answer costs more to copy than to keep in place.
constexpr uint64_t LARGE{4096};

} // namespace

Wire::Wire(std::shared_ptr<Connection> connection) :
    m_connection{std::move(connection)},
    m_socket{m_connection->loop()->port(), m_connection->m_fd,
             [this] { m_connection->m_closed = true; }},
    m_messages{m_socket, m_connection->limits().message, m_connection->limits().nesting},
    // These options apply to sent messages: m_messages has its own for received ones.
    m_network{m_messages,
              capnp::rpc::twoparty::Side::CLIENT,
              {.traversalLimitInWords = m_connection->limits().sent / sizeof(capnp::word)}},
    m_rpc{capnp::makeRpcClient(m_network)},
    m_tasks{*this}
{
    m_rpc.setFlowLimit(m_connection->limits().message / sizeof(capnp::word));
    m_connection->m_wire = this;
    m_tasks.add(m_network.onDisconnect().then([this] { end(LEFT); }));
    // A process that refuses us may close the connection before any call could report it.
    m_tasks.add(
        bootstrap().whenResolved().catch_([this](kj::Exception&& exception) { note(exception); }));
}

Wire::~Wire() noexcept(false)
{
    if (!m_ended) end("the event loop has ended");
}

capnp::Capability::Client Wire::bootstrap()
{
    capnp::MallocMessageBuilder message{4};
    auto vat = message.getRoot<capnp::rpc::twoparty::VatId>();
    vat.setSide(capnp::rpc::twoparty::Side::SERVER);
    return m_rpc.bootstrap(vat);
}

kj::Maybe<Wire::Worker> Wire::takeWorker()
{
    if (!m_idle.empty()) {
        auto worker = kj::mv(m_idle.back());
        m_idle.pop_back();
        ++m_workers;
        return kj::mv(worker);
    }
    if (m_workers >= m_connection->limits().workers) return nullptr;
    KJ_IF_MAYBE (map, m_thread_map) {
        auto request = map->castAs<mp::ThreadMap>().makeThreadRequest();
        request.setName(kj::str("python-", ++m_named));
        ++m_workers;
        return Worker{request.send().getResult(), callbackThread()};
    }
    return nullptr;
}

kj::Maybe<mp::Thread::Client> Wire::callbackThread()
{
    KJ_IF_MAYBE (threads, threadsOfJoined(*m_connection)) {
        auto request = threads->makeThreadRequest();
        request.setName(kj::str("python-", m_named, "-callback"));
        return mp::Thread::Client{request.send().getResult()};
    }
    return nullptr;
}

void Wire::start(const std::shared_ptr<Call>& call)
{
    if (!call->method.context) return send(call, nullptr);
    if (m_thread_map == nullptr) {
        return answered(call, Failure{"usage", "the other process gives no threads to call on"});
    }
    if (call->within) {
        // Use the thread that waits for us: it may hold locks that the call needs.
        KJ_IF_MAYBE (thread, call->within->waitingThread()) {
            return send(call, Worker{kj::mv(*thread), callbackThread(), /*pooled=*/false});
        }
    }
    // Earlier calls go first.
    if (m_waiting.empty()) {
        KJ_IF_MAYBE (worker, takeWorker()) {
            return send(call, kj::mv(*worker));
        }
    }
    m_waiting.push_back(call);
}

void Wire::startWaiting()
{
    while (!m_waiting.empty()) {
        KJ_IF_MAYBE (worker, takeWorker()) {
            auto call = std::move(m_waiting.front());
            m_waiting.pop_front();
            send(call, kj::mv(*worker));
        } else {
            return;
        }
    }
}

void Wire::send(const std::shared_ptr<Call>& call, kj::Maybe<Worker> worker)
{
    capnp::ReaderCapabilityTable capabilities{capabilitiesOf(m_connection, call->params.slots)};
    auto request = call->target->hook()->newCall(
        call->method.interface_id, call->method.ordinal,
        capnp::MessageSize{call->params.words->sizeInWords() + capnp::sizeInWords<mp::Context>(),
                           static_cast<uint>(call->params.slots.size()) + 1},
        {.noPromisePipelining = true});
    request.set(call->params.root(capabilities));
    call->params.words.reset();
    KJ_IF_MAYBE (threads, worker) {
        auto pointers = request.getAs<capnp::AnyStruct>().getPointerSection();
        auto context = pointers[*call->method.context].initAs<mp::Context>();
        context.setThread(threads->thread);
        // Our own objects need no callback thread. The other side would return it after each call,
        // which costs a message.
        KJ_IF_MAYBE (callback, threads->callback) {
            context.setCallbackThread(*callback);
        }
    }
    auto answer = request.send()
                      .then(
                          [this, call](capnp::Response<capnp::AnyPointer>&& response) {
                              answered(call, outcomeOf(*call, kj::mv(response)));
                          },
                          [this, call](kj::Exception&& exception) {
                              note(exception);
                              answered(call, failureOf(exception));
                          })
                      .eagerlyEvaluate(nullptr);
    m_flights.emplace(call.get(), Flight{call, kj::mv(worker), kj::mv(answer)});
}

Outcome Wire::outcomeOf(const Call& call, capnp::Response<capnp::AnyPointer>&& response)
{
    try {
        if (call.method.gives_threads) {
            const auto pointers = response.getAs<capnp::AnyStruct>().getPointerSection();
            if (pointers.size() > 0) m_thread_map = pointers[0].getAs<capnp::Capability>();
        }
        const auto size = response.targetSize();
        if (size.capCount > 0 || size.wordCount < LARGE) {
            return copied(m_connection, response, size);
        }
        auto message = std::make_shared<Message>();
        message->arrived = std::make_unique<Arrived>(m_connection->loop(), kj::mv(response));
        return message;
    } catch (const kj::Exception& exception) {
        return Failure{"limit", exception.getDescription().cStr()};
    }
}

void Wire::answered(const std::shared_ptr<Call>& call, Outcome outcome)
{
    if (const auto found = m_flights.find(call.get()); found != m_flights.end()) {
        KJ_IF_MAYBE (worker, found->second.worker) {
            if (worker->pooled) {
                m_idle.push_back(kj::mv(*worker));
                --m_workers;
            }
        }
        m_landed = kj::mv(found->second.answer);
        m_flights.erase(found);
    }
    call->finish(std::move(outcome));
    startWaiting();
}

void Wire::cancel(const std::shared_ptr<Call>& call)
{
    const Failure why{"cancelled", ""};
    if (const auto found = m_flights.find(call.get()); found != m_flights.end()) {
        // Its worker is still busy: never use it again.
        KJ_IF_MAYBE (worker, found->second.worker) {
            if (worker->pooled) --m_workers;
        }
        m_flights.erase(found);
        startWaiting();
    } else {
        std::erase(m_waiting, call);
    }
    call->finish(why);
}

void Wire::end(const std::string& why)
{
    if (m_ended) return;
    m_ended = true;
    if (m_why.empty()) m_why = why;
    const Failure failure{"disconnected", m_why};
    for (const auto& [call, flight] : m_flights) {
        flight.call->finish(failure);
    }
    for (const auto& call : m_waiting) {
        call->finish(Failure{"unsent", m_why});
    }
    m_flights.clear();
    m_waiting.clear();
    m_connection->ended(m_why);
    if (m_connection->joined()) {
        const auto other = m_connection->joined()->lock();
        if (other && other->wire()) other->wire()->end(JOINED_HAS_ENDED);
    }
    m_connection->loop()->post(
        [this, loop = m_connection->loop()] { loop->belongings().erase(this); });
}

void Wire::note(const kj::Exception& exception)
{
    if (exception.getType() != kj::Exception::Type::DISCONNECTED || !m_why.empty()) return;
    m_why = failureOf(exception).text;
}

void Wire::taskFailed(kj::Exception&&)
{
    // The caller has the failure of its call. A failure of the connection ends it, and
    // onDisconnect() reports that.
}

Failure failureOf(const kj::Exception& exception)
{
    constexpr std::string_view PREFIX{"remote exception: "};
    std::string text{exception.getDescription().cStr()};
    if (text.starts_with(PREFIX)) text.erase(0, PREFIX.size());
    switch (exception.getType()) {
    case kj::Exception::Type::DISCONNECTED:
        // Cap'n Proto's text for the end of the stream.
        return {"disconnected", text == "Peer disconnected." ? LEFT : text};
    case kj::Exception::Type::UNIMPLEMENTED:
        return {"unimplemented", text};
    case kj::Exception::Type::OVERLOADED:
        return {exception.getRemoteTrace() == OVER_LIMIT ? "limit" : "refused", text};
    case kj::Exception::Type::FAILED:
        break;
    }
    return {"remote", text};
}

std::shared_ptr<const Message> copied(const std::shared_ptr<Connection>& connection,
                                      capnp::AnyPointer::Reader root,
                                      const capnp::MessageSize& size)
{
    auto message = std::make_shared<Message>();
    // One segment, with room for the root pointer.
    message->words =
        std::make_unique<capnp::MallocMessageBuilder>(static_cast<uint>(size.wordCount + 1));
    capnp::BuilderCapabilityTable table;
    table.imbue(message->words->getRoot<capnp::AnyPointer>()).set(root);
    for (auto& entry : table.getTable()) {
        KJ_IF_MAYBE (hook, entry) {
            message->slots.emplace_back(std::make_shared<Remote>(connection, kj::mv(*hook)));
        } else {
            message->slots.emplace_back();
        }
    }
    return message;
}

kj::Array<kj::Maybe<kj::Own<capnp::ClientHook>>>
capabilitiesOf(const std::shared_ptr<Connection>& connection, const std::vector<Slot>& slots)
{
    auto table = kj::heapArray<kj::Maybe<kj::Own<capnp::ClientHook>>>(slots.size());
    for (std::size_t index = 0; index < slots.size(); ++index) {
        if (const auto* remote = std::get_if<std::shared_ptr<Remote>>(&slots[index])) {
            table[index] = (*remote)->hook()->addRef();
        } else if (const auto* ours = std::get_if<std::shared_ptr<Export>>(&slots[index])) {
            table[index] = capnp::ClientHook::from((*ours)->serve(connection));
        } else if (std::holds_alternative<Threads>(slots[index])) {
            table[index] = capnp::ClientHook::from(
                capnp::Capability::Client{kj::heap<OurThreadMap>(connection)});
        }
    }
    return table;
}
} // namespace mpbitcoin::extension
