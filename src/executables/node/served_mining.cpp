#include <executables/node/block_files.h>
#include <executables/node/served_mining.h>
#include <init.h>
#include <ipc/capnp/mining.capnp.forward.h>
#include <os/mutex.h>
#include <util/check.h>
#include <util/time.h>

#include <mp/proxy-io.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <set>
#include <stdexcept>
#include <utility>

namespace mpbitcoin {
namespace {
//! A block template that one thread uses at a time: clients may read its header and transactions
//! while a solution exchanges them.
class LockedTemplate
{
public:
    explicit LockedTemplate(std::unique_ptr<interfaces::BlockTemplate> block) :
        m_block{std::move(block)}
    {
    }

    //! Holds the lock for one call.
    struct Access
    {
        interfaces::BlockTemplate* operator->() const { return &block; }

        std::unique_lock<Mutex> lock;
        interfaces::BlockTemplate& block;
    };
    Access operator()() const { return {std::unique_lock{*m_mutex}, *m_block}; }

    //! Without the lock, for calls that wait.
    interfaces::BlockTemplate& unlocked() const { return *m_block; }

private:
    std::unique_ptr<interfaces::BlockTemplate> m_block;
    std::unique_ptr<Mutex> m_mutex{std::make_unique<Mutex>()};
};

class Template final : public Forwarded<interfaces::BlockTemplate, LockedTemplate>
{
public:
    Template(std::unique_ptr<interfaces::BlockTemplate> block, node::NodeContext& node) :
        Forwarded{LockedTemplate{std::move(block)}}, m_node{node}
    {
    }

    //! Null for null.
    static std::unique_ptr<interfaces::BlockTemplate>
    serve(std::unique_ptr<interfaces::BlockTemplate> block, node::NodeContext& node)
    {
        if (!block) return nullptr;
        return std::make_unique<Template>(std::move(block), node);
    }

    bool submitSolution(uint32_t version,
                        uint32_t timestamp,
                        uint32_t nonce,
                        CTransactionRef coinbase) override
    {
        if (!coinbase) throw std::runtime_error("the coinbase is missing");
        RequireBlockFiles(m_node);
        return m_target()->submitSolution(version, timestamp, nonce, std::move(coinbase));
    }
    std::unique_ptr<interfaces::BlockTemplate> waitNext(node::BlockWaitOptions options) override
    {
        // The node's own method also looks for a better template once a second. Check in between
        // whether the client has left.
        std::atomic<bool> left{false};
        const mp::OnCancel on_cancel{[&left] { left = true; }};
        const auto start{Clock::now()};
        const auto timeout{options.timeout};
        do {
            options.timeout =
                std::min<MillisecondsDouble>(timeout - (Clock::now() - start), INTERVAL);
            if (auto next{serve(m_target.unlocked().waitNext(options), m_node)}) return next;
        } while (!left && !m_interrupted.exchange(false) && !ShutdownRequested(m_node) &&
                 Clock::now() - start < timeout);
        return nullptr;
    }
    void interruptWait() override
    {
        m_interrupted = true;
        m_target.unlocked().interruptWait();
    }

private:
    using Clock = std::chrono::steady_clock;
    static constexpr std::chrono::seconds INTERVAL{1};

    node::NodeContext& m_node;
    std::atomic<bool> m_interrupted{false};
};

//! Waiting calls of interfaces::Mining. Each uses an object of its own, so that it can be
//! interrupted separately. Thread-safe.
class Waits
{
public:
    explicit Waits(node::NodeContext& node) : m_node{node} {}

    //! Call `wait`, which ends at interrupt() or when the client of this thread's request leaves.
    template <typename Wait>
    auto run(const Wait& wait)
    {
        const auto own{interfaces::MakeMining(m_node, /*wait_loaded=*/false)};
        const Entry entry{*this, *own};
        const mp::OnCancel left{[&own] { own->interrupt(); }};
        return wait(*own);
    }

    //! End all waits, or the next one if nobody waits.
    void interrupt()
    {
        const Lock lock{m_mutex};
        m_interrupted = m_waiting.empty();
        for (auto* mining : m_waiting) {
            mining->interrupt();
        }
    }

private:
    struct Entry
    {
        Entry(Waits& waits, interfaces::Mining& mining) : m_waits{waits}, m_mining{mining}
        {
            const Lock lock{m_waits.m_mutex};
            m_waits.m_waiting.insert(&m_mining);
            if (std::exchange(m_waits.m_interrupted, false)) m_mining.interrupt();
        }
        ~Entry()
        {
            const Lock lock{m_waits.m_mutex};
            m_waits.m_waiting.erase(&m_mining);
        }

        Waits& m_waits;
        interfaces::Mining& m_mining;
    };

    node::NodeContext& m_node;
    Mutex m_mutex;
    std::set<interfaces::Mining*> m_waiting OS_GUARDED_BY(m_mutex);
    bool m_interrupted OS_GUARDED_BY(m_mutex){false};
};

class Mining final : public Forwarded<interfaces::Mining, Reference<interfaces::Mining>>
{
public:
    explicit Mining(std::unique_ptr<interfaces::Mining> mining) :
        Forwarded{*mining}, m_mining{std::move(mining)}, m_waits{*Assert(m_mining->context())}
    {
    }

    std::optional<interfaces::BlockRef> waitTipChanged(uint256 current_tip,
                                                       MillisecondsDouble timeout) override
    {
        return m_waits.run([&](interfaces::Mining& mining) {
            return mining.waitTipChanged(current_tip, timeout);
        });
    }
    std::unique_ptr<interfaces::BlockTemplate>
    createNewBlock(const node::BlockCreateOptions& options, bool cooldown) override
    {
        RequireBlockFiles(*m_mining->context());
        return m_waits.run([&](interfaces::Mining& mining) {
            return Template::serve(mining.createNewBlock(options, cooldown), *mining.context());
        });
    }
    void interrupt() override { m_waits.interrupt(); }
    node::NodeContext* context() override { return m_mining->context(); }

private:
    const std::unique_ptr<interfaces::Mining> m_mining;
    Waits m_waits;
};
} // namespace

std::unique_ptr<interfaces::Mining> ServedMining(std::unique_ptr<interfaces::Mining> mining)
{
    if (!mining) return nullptr;
    return std::make_unique<Mining>(std::move(mining));
}
} // namespace mpbitcoin
