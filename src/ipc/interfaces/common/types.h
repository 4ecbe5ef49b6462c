#ifndef MPBITCOIN_IPC_INTERFACES_COMMON_TYPES_H
#define MPBITCOIN_IPC_INTERFACES_COMMON_TYPES_H

#include <ipc/capnp/common-types.h>
#include <ipc/interfaces/common/common.capnp.h>
#include <streams.h>
#include <util/result.h>
#include <util/translation.h>

#include <mp/type-char.h>
#include <mp/type-exception.h>
#include <mp/type-function.h>
#include <mp/type-map.h>
#include <mp/type-pair.h>
#include <mp/type-set.h>
#include <mp/type-tuple.h>
#include <mp/type-void.h>

#include <functional>
#include <stdexcept>
#include <type_traits>
#include <utility>

namespace mpbitcoin {
//! Check that a number from a peer is a value of an enumeration from `first` to `last`. Throws
//! std::range_error: other values would be undefined behaviour in switch statements.
template <typename Enum>
Enum CheckedEnum(int64_t value, Enum first, Enum last)
{
    if (value < static_cast<int64_t>(first) || value > static_cast<int64_t>(last)) {
        throw std::range_error("received a value outside of its enumeration");
    }
    return static_cast<Enum>(value);
}
} // namespace mpbitcoin

namespace mp {
//! A missing object is the sender's fault and must not abort this process.
template <typename LocalType, typename Input, typename ReadDest>
    requires ipc::capnp::Deserializable<LocalType>
decltype(auto) CustomReadField(
    TypeList<LocalType>, Priority<2>, InvokeContext&, Input&& input, ReadDest&& read_dest)
{
    if (!input.has()) throw std::runtime_error("a serialized object is missing");
    const auto data = input.get();
    SpanReader stream{{data.begin(), data.end()}};
    auto wrapper{ipc::capnp::Wrap(stream)};
    return read_dest.construct(::deserialize, wrapper);
}

//! util::Result<T> <-> Result(Value) or ResultVoid. The result is an error if the error is set.
template <typename LocalType, typename Value, typename Output>
void CustomBuildField(TypeList<util::Result<LocalType>>,
                      Priority<1>,
                      InvokeContext& context,
                      Value&& value,
                      Output&& output)
{
    auto message = output.init();
    if (!value) {
        const bilingual_str error{util::ErrorString(value)};
        auto field = message.initError();
        field.setOriginal(error.original);
        field.setTranslated(error.translated);
    } else if constexpr (!std::is_void_v<LocalType>) {
        using Accessors = typename ProxyStruct<typename decltype(message)::Builds>::Accessors;
        BuildField(TypeList<LocalType>(), context,
                   Make<StructField, std::tuple_element_t<0, Accessors>>(message),
                   std::move(*value));
    }
}

template <typename LocalType, typename Input, typename ReadDest>
decltype(auto) CustomReadField(TypeList<util::Result<LocalType>>,
                               Priority<1>,
                               InvokeContext& context,
                               Input&& input,
                               ReadDest&& read_dest)
{
    const auto& message = input.get();
    if (message.hasError()) {
        const auto error = message.getError();
        return read_dest.construct(
            util::Error{bilingual_str{error.getOriginal().cStr(), error.getTranslated().cStr()}});
    }
    if constexpr (std::is_void_v<LocalType>) {
        return read_dest.construct();
    } else {
        using Accessors = typename ProxyStruct<typename Decay<decltype(message)>::Reads>::Accessors;
        return read_dest.construct(
            ReadField(TypeList<LocalType>(), context,
                      Make<StructField, std::tuple_element_t<0, Accessors>>(message),
                      ReadDestTemp<LocalType>()));
    }
}

//! Convert a function passed by constant reference like one passed by value: libmultiprocess
//! expects references only to interface classes.
template <typename Return, typename... Params, typename Value, typename Output>
void CustomBuildField(TypeList<const std::function<Return(Params...)>&>,
                      Priority<2>,
                      InvokeContext& context,
                      Value&& value,
                      Output&& output)
{
    CustomBuildField(TypeList<std::function<Return(Params...)>>(), Priority<1>(), context,
                     std::function<Return(Params...)>{value}, std::forward<Output>(output));
}

template <typename Accessor,
          typename Return,
          typename... Params,
          typename ServerContext,
          typename Fn,
          typename... Args>
void CustomPassField(TypeList<const std::function<Return(Params...)>&>,
                     ServerContext& server_context,
                     const Fn& fn,
                     Args&&... args)
{
    using Function = std::function<Return(Params...)>;
    InvokeContext& context{server_context};
    const auto& params = server_context.call_context.getParams();
    const Function function{ReadField(TypeList<Function>(), context,
                                      Make<StructField, Accessor>(params),
                                      ReadDestTemp<Function>())};
    fn.invoke(server_context, std::forward<Args>(args)..., function);
}
} // namespace mp

#endif // MPBITCOIN_IPC_INTERFACES_COMMON_TYPES_H
