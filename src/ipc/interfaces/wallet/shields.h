#ifndef MPBITCOIN_IPC_INTERFACES_WALLET_SHIELDS_H
#define MPBITCOIN_IPC_INTERFACES_WALLET_SHIELDS_H

#include <mp/proxy-types.h>
#include <mp/proxy.h>
#include <mp/type-exception.h>

#include <concepts>
#include <exception>
#include <stdexcept>
#include <type_traits>
#include <utility>

// What libmultiprocess leaves open when a peer dies in the middle of something, or misbehaves.
// Each is a more special form of one of its templates: a file with generated code has to see this
// header before that code.

namespace mpbitcoin {
//! The object that serves a call. Throws when the client has destroyed it already.
template <typename ServerContext>
auto& Implementation(ServerContext& context)
{
    auto& implementation = context.proxy_server.m_impl;
    if (!implementation) throw std::runtime_error("called after it was destroyed");
    return *implementation;
}
} // namespace mpbitcoin

namespace mp {
//! The call by which a proxy's destructor tells the peer to destroy its object. When the peer is
//! gone so is the object; the exception would leave a noexcept destructor and end the process.
template <typename Interface,
          typename Impl,
          typename Params,
          typename Results,
          typename Client,
          typename... Fields>
    requires requires(typename Params::Reader params) {
        { params.getContext() } -> std::same_as<Context::Reader>;
    }
void clientInvoke(
    ProxyClientBase<Interface, Impl>& client,
    ::capnp::Request<Params, Results> (Client::*get_request)(::kj::Maybe<::capnp::MessageSize>),
    Fields&&... fields)
{
    try {
        clientInvoke<ProxyClientBase<Interface, Impl>, decltype(get_request)>(
            client, get_request, std::forward<Fields>(fields)...);
    } catch (const std::exception& e) {
        MP_LOG(*client.m_context.loop, Log::Debug) << "IPC client destroy: " << e.what();
    }
}

//! A method that tells its exceptions: not the one that means that there is nobody to tell. The
//! results are gone with the connection then.
template <typename Accessor, typename Parent>
struct ServerExcept<std::exception, Accessor, Parent> : Parent
{
    ServerExcept(Parent parent) : Parent(parent) {}

    template <typename ServerContext, typename... Args>
    void invoke(ServerContext& context, TypeList<>, Args&&... args) const
    {
        try {
            return Parent::invoke(context, TypeList<>(), std::forward<Args>(args)...);
        } catch (const InterruptException&) {
            throw;
        } catch (const std::exception& exception) {
            auto&& results = context.call_context.getResults();
            BuildField(TypeList<std::exception>(), context, Make<StructField, Accessor>(results),
                       exception);
        }
    }
};

//! A method that is called after the client has destroyed the object.
template <typename MethodParams>
    requires std::is_member_function_pointer_v<
        std::remove_cv_t<decltype(ProxyMethod<MethodParams>::impl)>>
struct ProxyServerMethodTraits<MethodParams> : ProxyMethodTraits<MethodParams>
{
    template <typename ServerContext, typename... Args>
    static decltype(auto) invoke(ServerContext& context, Args&&... args)
    {
        return (mpbitcoin::Implementation(context).*
                ProxyMethod<MethodParams>::impl)(std::forward<Args>(args)...);
    }
};
} // namespace mp

#endif // MPBITCOIN_IPC_INTERFACES_WALLET_SHIELDS_H
