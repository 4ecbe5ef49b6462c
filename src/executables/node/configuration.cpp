#include <common/args.h>
#include <executables/common/settings.h>
#include <executables/node/configuration.h>
#include <logging.h>
#include <util/fs.h>

#include <set>

namespace mpbitcoin {
namespace {
//! The names of all settings that are given somewhere.
std::set<std::string> Names(const common::Settings& settings)
{
    std::set<std::string> names;
    for (const auto& [name, value] : settings.command_line_options) {
        names.insert(name);
    }
    for (const auto& [section, values] : settings.ro_config) {
        for (const auto& [name, value] : values) {
            names.insert(name);
        }
    }
    return names;
}
} // namespace

Configuration MakeConfiguration(ArgsManager& args)
{
    Configuration configuration;
    std::set<std::string> names;
    args.LockSettings([&](common::Settings& settings) {
        configuration.settings = SettingsToJson(settings);
        names = Names(settings);
    });
    for (const auto& name : names) {
        const auto flags{args.GetArgFlags("-" + name)};
        if (flags && (*flags & ArgsManager::NETWORK_ONLY)) {
            configuration.network_only.push_back("-" + name);
        }
    }
    configuration.chain = args.GetChainTypeString();
    configuration.data_dir = fs::PathToString(fs::absolute(args.GetDataDirBase()));
    const auto& logger{LogInstance()};
    configuration.log_categories = logger.GetCategoryMask();
    configuration.log_threads = logger.m_log_threadnames;
    configuration.log_sources = logger.m_log_sourcelocations;
    return configuration;
}
} // namespace mpbitcoin
