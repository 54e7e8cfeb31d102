// The parts that the settings of the agent and of the board have in common: their readers, how they are written, and
// the words both directions share; the RabbitMQ adapter has some of them too. Stateless.
#pragma once

#include "base/time.h"
#include "settings/common_settings.h"
#include "settings/config_writer.h"
#include "settings/map_reader.h"
#include "settings/values.h"

namespace ordertrace {

void read_version(MapReader& root);
void read_log(MapReader& root, LogSettings& log);
void read_shutdown(MapReader& root, Duration& deadline);
// Of a client of `server`. Not `used`: the URL it goes with is no https, and a given key is a mistake.
void read_client_tls(MapReader& map, const std::string& server, bool used, TlsSettings& tls);

ConfigNode config_flag(bool value);
ConfigNode config_time(Duration value);
ConfigNode config_size(std::uint64_t value);
ConfigNode config_count(std::size_t value);
ConfigNode config_address(const Endpoint& value);
ConfigNode log_tree(const LogSettings& log);
ConfigNode shutdown_tree(Duration deadline);
ConfigNode client_tls_tree(const TlsSettings& tls);

inline const Words<LogSettings::Level> level_words{{"debug", LogSettings::Level::debug},
                                                   {"info", LogSettings::Level::info},
                                                   {"warning", LogSettings::Level::warning},
                                                   {"error", LogSettings::Level::error}};
inline const Words<LogSettings::Format> format_words{{"text", LogSettings::Format::text},
                                                     {"json", LogSettings::Format::json}};

}  // namespace ordertrace
