#ifndef MPBITCOIN_EXECUTABLES_COMMON_SETTINGS_H
#define MPBITCOIN_EXECUTABLES_COMMON_SETTINGS_H

#include <common/settings.h>

#include <string>

namespace mpbitcoin {
//! Settings as JSON, for a process that must see them as this one does.
std::string SettingsToJson(const common::Settings& settings);

//! Throws std::runtime_error for text that SettingsToJson() does not write.
common::Settings SettingsFromJson(const std::string& json);
} // namespace mpbitcoin

#endif // MPBITCOIN_EXECUTABLES_COMMON_SETTINGS_H
