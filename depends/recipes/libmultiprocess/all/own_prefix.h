// Part of the recipe, compiled into mpgen instead of fixed paths: where its own installation is,
// so that a moved or copied prefix works and no path of the machine that built it is left.

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

//! Folder of the running executable; empty where the system does not report it.
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

//! Folder that holds Cap'n Proto's tools: that of mpgen itself, else the first on PATH that has
//! them (where mpgen and Cap'n Proto are installed apart). Empty if there is none.
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

//! Path of the tool `name` of Cap'n Proto. Its bare name, for an error message about a missing
//! tool, if there is none.
inline std::string Tool(const std::string& name)
{
    return (ToolFolder() / name).string();
}

//! Where schemas are found by default: "include" beside mpgen's folder and beside the
//! tools' folder. The strings live as long as the process.
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
