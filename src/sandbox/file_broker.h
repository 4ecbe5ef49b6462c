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

    //! Folders of wallets, with everything below them.
    Paths wallets{};
    //! Databases, with the journals beside them.
    Paths databases{};
    //! Read-only files.
    Paths read{};
};

//! Opens files outside of the wallet directory for sandboxed wallet processes, if the node's user
//! has named the files: a place for a backup, or a wallet elsewhere. Thread-safe. The processes
//! must end, or close their sockets, before the last reference is destroyed.
class FileBroker : public std::enable_shared_from_this<FileBroker>
{
public:
    using Path = std::filesystem::path;

    //! A socket for a process; the caller passes it on and closes it. Serves the process's requests
    //! until it closes the socket. Throws std::system_error; nullopt on systems without a sandbox.
    std::optional<int> connect();

    //! Allow the files forever.
    void allow(const OutsideFileNames& names);
    //! Allow the files until the result is destroyed. The result keeps this alive.
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

    //! One entry per name, without names that can't be resolved.
    static std::list<Permission> permissions(const OutsideFileNames& names);

    void serve(int socket);
    //! Execute a request. Returns an error number or 0, and sets the descriptor of an opened file.
    int perform(const FileRequest& request, std::string_view paths, int& descriptor);
    template <typename Condition>
    bool isPermitted(const Condition& condition);
    bool allowed(const FileRequest& request, const Path& path);
    //! Whether the folder contains an allowed database.
    bool holdsDatabase(const Path& folder);

    Mutex m_mutex;
    std::list<Permission> m_allowed OS_GUARDED_BY(m_mutex);
    std::list<Permission> m_lent OS_GUARDED_BY(m_mutex);
    //! A thread per process. The destructor waits for their ends.
    std::list<std::future<void>> m_served OS_GUARDED_BY(m_mutex);
};
} // namespace mpbitcoin

#endif // MPBITCOIN_SANDBOX_FILE_BROKER_H
