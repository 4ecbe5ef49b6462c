#include <executables/common/settings.h>
#include <univalue.h>

#include <stdexcept>

namespace mpbitcoin {
namespace {
using Values = std::vector<common::SettingsValue>;

UniValue ToJson(const common::SettingsValue& value)
{
    return value;
}

UniValue ToJson(const Values& values)
{
    UniValue list{UniValue::VARR};
    list.push_backV(values);
    return list;
}

template <typename Value>
UniValue ToJson(const std::map<std::string, Value>& entries)
{
    UniValue object{UniValue::VOBJ};
    for (const auto& [name, value] : entries) {
        object.pushKV(name, ToJson(value));
    }
    return object;
}

void FromJson(const UniValue& json, common::SettingsValue& value)
{
    value = json;
}

void FromJson(const UniValue& json, Values& values)
{
    values = json.get_array().getValues();
}

template <typename Value>
void FromJson(const UniValue& json, std::map<std::string, Value>& entries)
{
    const auto& object{json.get_obj()};
    const auto& values{object.getValues()};
    for (size_t i{0}; i < values.size(); ++i) {
        FromJson(values[i], entries[object.getKeys()[i]]);
    }
}
} // namespace

std::string SettingsToJson(const common::Settings& settings)
{
    UniValue json{UniValue::VOBJ};
    json.pushKV("forced", ToJson(settings.forced_settings));
    json.pushKV("command_line", ToJson(settings.command_line_options));
    json.pushKV("read_write", ToJson(settings.rw_settings));
    json.pushKV("configuration_file", ToJson(settings.ro_config));
    return json.write();
}

common::Settings SettingsFromJson(const std::string& text)
{
    UniValue json;
    if (!json.read(text)) throw std::runtime_error{"the settings are not JSON"};
    common::Settings settings;
    FromJson(json.find_value("forced"), settings.forced_settings);
    FromJson(json.find_value("command_line"), settings.command_line_options);
    FromJson(json.find_value("read_write"), settings.rw_settings);
    FromJson(json.find_value("configuration_file"), settings.ro_config);
    return settings;
}
} // namespace mpbitcoin
