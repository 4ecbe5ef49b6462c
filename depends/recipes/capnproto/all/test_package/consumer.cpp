#include <capnp/ez-rpc.h>
#include <capnp/message.h>
#include <consumer.capnp.h>
#include <kj/async-io.h>

namespace {

class AdderImpl final : public consumer::Adder::Server
{
    kj::Promise<void> add(AddContext context) override
    {
        auto params = context.getParams();
        context.getResults().initSum().setValue(params.getA().getValue() + params.getB().getValue());
        return kj::READY_NOW;
    }
};

} // namespace

int main()
{
    auto io = kj::setupAsyncIo();
    consumer::Adder::Client adder = kj::heap<AdderImpl>();
    auto request = adder.addRequest();
    request.initA().setValue(20);
    request.initB().setValue(22);
    return request.send().wait(io.waitScope).getSum().getValue() == 42 ? 0 : 1;
}
