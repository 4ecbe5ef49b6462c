#ifndef MPBITCOIN_EXECUTABLES_NODE_OUTSIDE_FILES_H
#define MPBITCOIN_EXECUTABLES_NODE_OUTSIDE_FILES_H

#include <filesystem>
#include <future>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

namespace mpbitcoin {
struct FileRequest;

//! Opens files outside of the wallet directory for wallet processes, which are fenced in, when the
//! node's user has named them in a command: a place for a backup, a wallet elsewhere. Thread-safe.
//! The processes must end, or close their sockets, before the last reference goes.
class OutsideFiles : public std::enable_shared_from_this<OutsideFiles>
{
public:
    using Path = std::filesystem::path;

    //! A socket for a process, which is given to it and closed here. Requests that come from there
    //! are served until it closes. Throws std::system_error; nullopt on systems without a sandbox.
    std::optional<int> connect();

    //! Allow the wallets' folders and what is beneath them, for good.
    void allow(const std::vector<Path>& wallets);
    //! Allow to write and to read the files until the result goes, which keeps this alive.
    [[nodiscard]] std::shared_ptr<void> lend(const std::vector<Path>& written,
                                             const std::vector<Path>& read);

private:
    struct Permission
    {
        enum class Kind { WALLET, WRITTEN_FILE, READ_FILE };

        Kind kind;
        //! Without symbolic links.
        Path path;

        bool covers(const FileRequest& request, const Path& wanted) const;
    };

    void serve(int socket);
    //! Does what is asked for. Returns an error or 0; sets the descriptor of a file it has opened.
    int perform(const FileRequest& request, const Path& path, int& descriptor);
    bool allowed(const FileRequest& request, const Path& path);

    std::mutex m_mutex;
    std::list<Permission> m_permissions;
    //! A thread for each process, whose end is waited for by the destructor.
    std::list<std::future<void>> m_served;
};
} // namespace mpbitcoin

#endif // MPBITCOIN_EXECUTABLES_NODE_OUTSIDE_FILES_H
