#ifndef MPBITCOIN_SANDBOX_FILE_BROKER_H
#define MPBITCOIN_SANDBOX_FILE_BROKER_H

#include <os/mutex.h>
#include <sandbox/file_requests.h>

#include <filesystem>
#include <future>
#include <list>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace mpbitcoin {
//! Files outside of the wallet directory that a wallet process may use.
struct OutsideFileNames
{
    using Paths = std::vector<std::filesystem::path>;

    //! Folders of wallets, with what is beneath them.
    Paths wallets{};
    //! Databases, with the journals beside them.
    Paths databases{};
    //! Files that are only read.
    Paths read{};
};

//! Opens files outside of the wallet directory for wallet processes, which are fenced in, when the
//! node's user has named them: a place for a backup, a wallet elsewhere. Thread-safe. The processes
//! must end, or close their sockets, before the last reference goes.
class FileBroker : public std::enable_shared_from_this<FileBroker>
{
public:
    using Path = std::filesystem::path;

    //! A socket for a process, which is given to it and closed here. Requests that come from there
    //! are served until it closes. Throws std::system_error; nullopt on systems without a sandbox.
    std::optional<int> connect();

    //! Allow the files for good.
    void allow(const OutsideFileNames& names);
    //! Allow the files until the result goes, which keeps this alive.
    [[nodiscard]] std::shared_ptr<void> lend(const OutsideFileNames& names);

private:
    struct Permission
    {
        enum class Kind { WALLET, DATABASE, READ_FILE };

        Kind kind;
        //! Without symbolic links.
        Path path;

        bool operator==(const Permission&) const = default;
        bool covers(const FileRequest& request, const Path& wanted) const;
    };

    //! One entry for each of the names, without those that lead nowhere.
    static std::list<Permission> permissions(const OutsideFileNames& names);

    void serve(int socket);
    //! Does what is asked for. Returns an error or 0; sets the descriptor of a file it has opened.
    int perform(const FileRequest& request, std::string_view paths, int& descriptor);
    template <typename Condition>
    bool isPermitted(const Condition& condition);
    bool allowed(const FileRequest& request, const Path& path);
    //! Whether a database that is allowed lies in this folder.
    bool holdsDatabase(const Path& folder);

    Mutex m_mutex;
    std::list<Permission> m_allowed OS_GUARDED_BY(m_mutex);
    std::list<Permission> m_lent OS_GUARDED_BY(m_mutex);
    //! A thread for each process, whose end is waited for by the destructor.
    std::list<std::future<void>> m_served OS_GUARDED_BY(m_mutex);
};
} // namespace mpbitcoin

#endif // MPBITCOIN_SANDBOX_FILE_BROKER_H
