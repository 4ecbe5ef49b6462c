#ifndef MPBITCOIN_IPC_INTERFACES_WALLET_TEST_TRAVEL_H
#define MPBITCOIN_IPC_INTERFACES_WALLET_TEST_TRAVEL_H

#include <random.h>
#include <test/errors.h>

#include <capnp/message.h>
#include <capnp/serialize.h>
#include <mp/proxy-types.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace mpbitcoin::test {
//! Too few bytes for any type.
inline const std::vector<unsigned char> SHORT(3, 1);

//! The words of a message whose root `fill` fills.
template <typename Message, typename Fill>
kj::Array<capnp::word> Built(Fill fill)
{
    capnp::MallocMessageBuilder message;
    fill(message.initRoot<Message>());
    return capnp::messageToFlatArray(message);
}

template <typename Message, typename T>
kj::Array<capnp::word> Sent(mp::InvokeContext& context, const T& value)
{
    return Built<Message>([&](typename Message::Builder builder) {
        mp::CustomBuildMessage(context, value, std::move(builder));
    });
}

template <typename Message, typename T>
void Read(mp::InvokeContext& context, const kj::Array<capnp::word>& words, T& value)
{
    capnp::FlatArrayMessageReader arrived{words};
    const auto reader = arrived.getRoot<Message>();
    mp::CustomReadMessage(context, reader, value);
}

//! Read a message that `fill` makes.
template <typename Message, typename T, typename Fill>
T ReadFilled(mp::InvokeContext& context, Fill fill)
{
    T value{};
    Read<Message>(context, Built<Message>(fill), value);
    return value;
}

template <typename T>
bool Same(const kj::Array<T>& a, const kj::Array<T>& b)
{
    const auto x = a.asBytes(), y = b.asBytes();
    return std::equal(x.begin(), x.end(), y.begin(), y.end());
}

//! Send `value` in the field `Field` of a message, as the generated code does.
template <typename Message, typename Field, typename T>
T Travel(mp::InvokeContext& context, T value)
{
    using Accessor = mp::Accessor<Field, mp::FIELD_IN | mp::FIELD_OUT | mp::FIELD_BOXED>;
    const auto words = Built<Message>([&](typename Message::Builder builder) {
        mp::BuildField(mp::TypeList<T>(), context, mp::Make<mp::StructField, Accessor>(builder),
                       std::move(value));
    });
    capnp::FlatArrayMessageReader arrived{words};
    const auto reader = arrived.getRoot<Message>();
    return mp::ReadField(mp::TypeList<T>(), context, mp::Make<mp::StructField, Accessor>(reader),
                         mp::ReadDestTemp<T>());
}

//! Read the field `Field` of a message that `fill` makes.
template <typename T, typename Message, typename Field, bool boxed = true, typename Fill>
T ReadFieldOf(mp::InvokeContext& context, Fill fill)
{
    using Accessor = mp::Accessor<Field, mp::FIELD_IN | (boxed ? mp::FIELD_BOXED : 0)>;
    const auto words = Built<Message>(fill);
    capnp::FlatArrayMessageReader arrived{words};
    const auto reader = arrived.getRoot<Message>();
    return mp::ReadField(mp::TypeList<T>(), context, mp::Make<mp::StructField, Accessor>(reader),
                         mp::ReadDestTemp<T>());
}

//! Check that messages with some changed bytes are read or rejected, and nothing else happens.
template <typename Message, typename T>
void TestNoise(mp::InvokeContext& context, const T& value, int rounds = 3000)
{
    const auto words = Sent<Message>(context, value);
    FastRandomContext random{/*fDeterministic=*/true};
    int refused{0};
    for (int round{0}; round < rounds; ++round) {
        auto noisy = kj::heapArray<capnp::word>(words.begin(), words.size());
        auto bytes = noisy.asBytes();
        for (int changes{0}; changes < 3; ++changes) {
            bytes[random.randrange(bytes.size())] = random.randbits(8);
        }
        try {
            T copy{};
            Read<Message>(context, noisy, copy);
            Sent<Message>(context, copy);
        } catch (const std::exception&) {
            ++refused;
        }
    }
    KJ_EXPECT(refused > 0 && refused < rounds);
}
} // namespace mpbitcoin::test

#endif // MPBITCOIN_IPC_INTERFACES_WALLET_TEST_TRAVEL_H
