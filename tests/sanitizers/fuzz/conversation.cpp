#include <changing_stream.h>
#include <conversation.h>
#include <roots.capnp.h>

#include <capnp/dynamic.h>
#include <capnp/rpc-twoparty.h>
#include <mp/proxy.capnp.h>

#include <deque>
#include <string>
#include <utility>
#include <vector>

namespace mpbitcoin::fuzz {
namespace {
constexpr int MAX_CALLS{48};
constexpr int MAX_DEPTH{12};
constexpr size_t MAX_OBJECTS{64};
constexpr auto PATIENCE{200 * kj::MILLISECONDS};

using capnp::DynamicCapability;
using capnp::DynamicStruct;
using capnp::DynamicValue;

std::vector<capnp::InterfaceSchema::Method> Methods(capnp::InterfaceSchema schema)
{
    std::vector<capnp::InterfaceSchema::Method> methods;
    for (const auto& superclass : schema.getSuperclasses()) {
        for (const auto& method : Methods(superclass)) {
            methods.push_back(method);
        }
    }
    for (const auto& method : schema.getMethods()) {
        methods.push_back(method);
    }
    return methods;
}

class Conversation
{
public:
    Conversation(kj::AsyncIoContext& io, int fd, Choices& choices) :
        m_io{io},
        m_choices{choices},
        m_stream{io.lowLevelProvider->wrapSocketFd(fd, kj::LowLevelAsyncIoProvider::TAKE_OWNERSHIP),
                 choices},
        m_network{m_stream, capnp::rpc::twoparty::Side::CLIENT},
        m_rpc{capnp::makeRpcClient(m_network)}
    {
    }

    void run(Root root)
    {
        greet(root);
        m_stream.setActive(m_choices.chance(100));
        for (int calls{0}; calls < MAX_CALLS && !m_choices.empty(); ++calls) {
            step();
        }
        if (m_choices.chance(128)) {
            while (!m_pending.empty()) {
                await();
            }
        }
    }

private:
    //! An object of ours: answers calls with anything.
    class Answerer final : public DynamicCapability::Server
    {
    public:
        Answerer(Conversation& conversation, capnp::InterfaceSchema schema) :
            DynamicCapability::Server{schema}, m_conversation{conversation}
        {
        }
        kj::Promise<void> call(capnp::InterfaceSchema::Method method,
                               capnp::CallContext<DynamicStruct, DynamicStruct> context) override
        {
            auto& choices{m_conversation.m_choices};
            if (choices.chance(10)) return kj::Promise<void>{kj::NEVER_DONE};
            if (choices.chance(20)) return KJ_EXCEPTION(FAILED, "an object that fails");
            m_conversation.keep(context.getParams());
            m_conversation.fill(context.getResults(), 0);
            return kj::READY_NOW;
        }

    private:
        Conversation& m_conversation;
    };

    struct Object
    {
        capnp::Capability::Client client;
        capnp::InterfaceSchema schema;
    };

    //! Get the object, and threads for its methods.
    void greet(Root root)
    {
        capnp::MallocMessageBuilder message;
        auto vat = message.initRoot<capnp::rpc::twoparty::VatId>();
        vat.setSide(capnp::rpc::twoparty::Side::SERVER);
        auto roots = m_rpc.bootstrap(vat).castAs<messages::Roots>();
        auto construct = roots.constructRequest();
        construct.setThreadMap(
            answerer(capnp::Schema::from<mp::ThreadMap>()).castAs<mp::ThreadMap>());
        auto thread_map = construct.send().getThreadMap();
        // Wallets of the fakes are not made for several threads.
        for (int threads{root == Root::WALLET_LOADER || root == Root::NODE ? 1 : 2}; threads > 0;
             --threads) {
            auto request = thread_map.makeThreadRequest();
            request.setName("fuzz");
            m_threads.push_back(request.send().getResult());
        }
        switch (root) {
        case Root::NODE:
            add(roots.makeNodeRequest().send().getResult());
            return;
        case Root::CHAIN:
            add(roots.makeChainRequest().send().getResult());
            add(roots.makeBulkChainRequest().send().getResult());
            return;
        case Root::WALLET_LOADER:
            add(roots.makeWalletLoaderRequest().send().getResult());
            return;
        case Root::WALLET_PROCESS:
            add(roots.makeWalletProcessRequest().send().getResult());
            return;
        }
    }

    template <typename Client>
    void add(Client client)
    {
        m_objects.push_back({client, capnp::Schema::from<typename Client::Calls>()});
    }

    capnp::Capability::Client answerer(capnp::InterfaceSchema schema)
    {
        return DynamicCapability::Client{kj::heap<Answerer>(*this, schema)};
    }

    void step()
    {
        const uint32_t action{m_choices.below(16)};
        if (action == 0 && !m_pending.empty()) {
            m_pending.erase(m_pending.begin() + m_choices.below(m_pending.size())); // cancels it
        } else if (action == 1 && m_objects.size() > 1) {
            m_objects.erase(m_objects.begin() + m_choices.below(m_objects.size()));
        } else if (action < 6 && !m_pending.empty()) {
            await();
        } else {
            call();
        }
    }

    void call()
    {
        auto object{m_objects[m_choices.below(m_objects.size())]};
        const auto methods{Methods(object.schema)};
        if (methods.empty()) return;
        const auto method{methods[m_choices.below(methods.size())]};
        auto client = object.client.castAs<DynamicCapability>(object.schema);
        auto request = client.newRequest(method);
        fill(request, 0);
        auto promise = request.send();
        for (const auto field : method.getResultType().getFields()) {
            if (!field.getType().isInterface() || m_objects.size() >= MAX_OBJECTS) continue;
            m_objects.push_back({promise.get(field).template releaseAs<DynamicCapability>(),
                                 field.getType().asInterface()});
        }
        m_pending.push_back(
            promise.then([](capnp::Response<DynamicStruct>&& response) { response.totalSize(); })
                .catch_([](kj::Exception&&) {})
                .eagerlyEvaluate(nullptr));
    }

    void await()
    {
        auto promise = kj::mv(m_pending.front());
        m_pending.pop_front();
        promise.exclusiveJoin(m_io.provider->getTimer().afterDelay(PATIENCE)).wait(m_io.waitScope);
    }

    //! Objects among a call's arguments, to be called later.
    void keep(DynamicStruct::Reader params)
    {
        for (const auto field : params.getSchema().getFields()) {
            if (!field.getType().isInterface() || m_objects.size() >= MAX_OBJECTS) continue;
            if (!params.has(field)) continue;
            m_objects.push_back(
                {params.get(field).as<DynamicCapability>(), field.getType().asInterface()});
        }
    }

    void fill(DynamicStruct::Builder builder, int depth)
    {
        if (depth > MAX_DEPTH) return;
        const auto schema{builder.getSchema()};
        if (schema == capnp::Schema::from<mp::Context>() && m_choices.chance(240)) {
            auto context = builder.as<mp::Context>();
            context.setThread(m_threads[m_choices.below(m_threads.size())]);
            context.setCallbackThread(
                answerer(capnp::Schema::from<mp::Thread>()).castAs<mp::Thread>());
            return;
        }
        for (const auto field : schema.getFields()) {
            if (m_choices.chance(12)) continue; // unset
            set(builder, field, depth);
        }
    }

    void set(DynamicStruct::Builder builder, capnp::StructSchema::Field field, int depth)
    {
        const auto type{field.getType()};
        if (type.isStruct()) {
            fill(builder.init(field).as<DynamicStruct>(), depth + 1);
        } else if (type.isList()) {
            auto list = builder.init(field, size()).as<capnp::DynamicList>();
            for (unsigned i{0}; i < list.size() && !m_choices.empty(); ++i) {
                const auto element{type.asList().getElementType()};
                if (element.isStruct()) {
                    fill(list[i].as<DynamicStruct>(), depth + 1);
                } else if (!element.isList()) {
                    with(element, [&](const DynamicValue::Reader& value) { list.set(i, value); });
                }
            }
        } else if (type.isAnyPointer()) {
            const std::string bytes{m_choices.text(32)};
            builder.get(field).as<capnp::AnyPointer>().setAs<capnp::Data>(
                {reinterpret_cast<const kj::byte*>(bytes.data()), bytes.size()});
        } else {
            with(type, [&](const DynamicValue::Reader& value) { builder.set(field, value); });
        }
    }

    unsigned size() { return m_choices.chance(4) ? m_choices.below(5000) : m_choices.below(4); }

    //! Call `use` with a value of a type that is neither a structure nor a list.
    template <typename Use>
    void with(capnp::Type type, Use use)
    {
        switch (type.which()) {
        case capnp::schema::Type::TEXT: {
            const std::string text{m_choices.likelyText()};
            use(DynamicValue::Reader{capnp::Text::Reader{text.c_str(), text.size()}});
            return;
        }
        case capnp::schema::Type::DATA: {
            const std::string bytes{m_choices.likelyData()};
            use(DynamicValue::Reader{capnp::Data::Reader{
                reinterpret_cast<const kj::byte*>(bytes.data()), bytes.size()}});
            return;
        }
        case capnp::schema::Type::INTERFACE:
            use(DynamicValue::Reader{
                object(type.asInterface()).castAs<DynamicCapability>(type.asInterface())});
            return;
        case capnp::schema::Type::BOOL:
            use(DynamicValue::Reader{m_choices.chance(128)});
            return;
        case capnp::schema::Type::FLOAT32:
        case capnp::schema::Type::FLOAT64:
            use(DynamicValue::Reader{m_choices.real()});
            return;
        case capnp::schema::Type::VOID:
            use(DynamicValue::Reader{capnp::VOID});
            return;
        case capnp::schema::Type::ENUM:
            use(DynamicValue::Reader{
                capnp::DynamicEnum{type.asEnum(), static_cast<uint16_t>(m_choices.number(2))}});
            return;
        default:
            integer(type, use);
        }
    }

    template <typename Use>
    void integer(capnp::Type type, Use use)
    {
        switch (type.which()) {
        case capnp::schema::Type::INT8:
            return use(DynamicValue::Reader{static_cast<int8_t>(m_choices.number(1))});
        case capnp::schema::Type::INT16:
            return use(DynamicValue::Reader{static_cast<int16_t>(m_choices.number(2))});
        case capnp::schema::Type::INT32:
            return use(DynamicValue::Reader{static_cast<int32_t>(m_choices.number(4))});
        case capnp::schema::Type::INT64:
            return use(DynamicValue::Reader{static_cast<int64_t>(m_choices.number(8))});
        case capnp::schema::Type::UINT8:
            return use(DynamicValue::Reader{static_cast<uint8_t>(m_choices.number(1))});
        case capnp::schema::Type::UINT16:
            return use(DynamicValue::Reader{static_cast<uint16_t>(m_choices.number(2))});
        case capnp::schema::Type::UINT32:
            return use(DynamicValue::Reader{static_cast<uint32_t>(m_choices.number(4))});
        default:
            return use(DynamicValue::Reader{m_choices.number(8)});
        }
    }

    //! An object of ours or of the server, seldom of the right type.
    capnp::Capability::Client object(capnp::InterfaceSchema schema)
    {
        if (m_choices.chance(200)) return answerer(schema);
        return m_objects[m_choices.below(m_objects.size())].client;
    }

    kj::AsyncIoContext& m_io;
    Choices& m_choices;
    ChangingStream m_stream;
    capnp::TwoPartyVatNetwork m_network;
    capnp::RpcSystem<capnp::rpc::twoparty::VatId> m_rpc;
    std::vector<mp::Thread::Client> m_threads;
    std::vector<Object> m_objects;
    std::deque<kj::Promise<void>> m_pending;
};
} // namespace

void Converse(kj::AsyncIoContext& io, int fd, Root root, Choices& choices)
{
    Conversation conversation{io, fd, choices};
    // The server may close the connection at any moment.
    (void)kj::runCatchingExceptions([&] { conversation.run(root); });
}
} // namespace mpbitcoin::fuzz
