#ifndef MPBITCOIN_EXECUTABLES_COMMON_SETTINGS_H
#define MPBITCOIN_EXECUTABLES_COMMON_SETTINGS_H

#include <common/settings.h>

#include <string>

namespace mpbitcoin {
//! Settings as JSON, for a process that must have the same settings as this one.
std::string SettingsToJson(const common::Settings& settings);

//! Throws std::runtime_error for text that SettingsToJson() never writes.
common::Settings SettingsFromJson(const std::string& json);
} // namespace mpbitcoin

#endif // MPBITCOIN_EXECUTABLES_COMMON_SETTINGS_H
