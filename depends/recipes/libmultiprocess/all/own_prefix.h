// Added to mpgen by the recipe: finds mpgen's own installation. It replaces fixed paths, so that a
// prefix can be moved or copied and contains no path of the machine that built it.

#ifndef MPBITCOIN_OWN_PREFIX_H
#define MPBITCOIN_OWN_PREFIX_H

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <string>
#include <system_error>
#include <vector>

#ifdef __APPLE__
#include <mach-o/dyld.h>
#endif

namespace own_prefix {

namespace fs = std::filesystem;

//! The folder of the running executable. Empty where the system does not report it.
inline fs::path BinFolder()
{
    std::error_code error;
#ifdef __APPLE__
    std::uint32_t size = 0;
    _NSGetExecutablePath(nullptr, &size);
    std::string name(size, '\0');
    if (_NSGetExecutablePath(name.data(), &size) != 0) return {};
    const fs::path self{fs::canonical(name.c_str(), error)};
#elif defined(__FreeBSD__)
    const fs::path self{fs::read_symlink("/proc/curproc/file", error)};
#elif defined(__NetBSD__)
    const fs::path self{fs::read_symlink("/proc/curproc/exe", error)};
#else
    const fs::path self{fs::read_symlink("/proc/self/exe", error)};
#endif
    return error ? fs::path{} : self.parent_path();
}

//! The folder of Cap'n Proto's tools: mpgen's own folder, or the first on PATH that contains them
//! (when mpgen and Cap'n Proto are installed separately). Empty if no folder does.
inline fs::path ToolFolder()
{
    std::vector<fs::path> folders{BinFolder()};
    if (const char* path = std::getenv("PATH")) {
        std::istringstream list{path};
        for (std::string folder; std::getline(list, folder, ':');)
            folders.emplace_back(folder);
    }
    std::error_code error;
    for (const fs::path& folder : folders) {
        if (!folder.empty() && fs::exists(folder / "capnp", error) &&
            fs::exists(folder / "capnpc-c++", error)) {
            return folder;
        }
    }
    return {};
}

//! The path of Cap'n Proto's tool `name`. If it is missing, only its name, for the error message.
inline std::string Tool(const std::string& name)
{
    return (ToolFolder() / name).string();
}

//! Default folders of schemas: "include" beside mpgen's folder and beside the tools' folder. The
//! strings live as long as the process.
inline const std::vector<std::string>& IncludeFolders()
{
    static const std::vector<std::string> folders = [] {
        std::vector<std::string> result;
        for (const fs::path& bin : {BinFolder(), ToolFolder()}) {
            if (bin.empty()) continue;
            const std::string folder{(bin.parent_path() / "include").string()};
            if (result.empty() || result.front() != folder) result.push_back(folder);
        }
        return result;
    }();
    return folders;
}

} // namespace own_prefix

#endif // MPBITCOIN_OWN_PREFIX_H
