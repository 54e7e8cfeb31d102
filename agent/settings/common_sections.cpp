#include "settings/common_sections.h"

#include "settings/addresses.h"

namespace ordertrace {

void read_version(MapReader& root) {
    root.require("version", "write version: 1");
    std::uint64_t version = 1;
    root.read("version", version, [](const std::string& text) -> Judged<std::uint64_t> {
        if (text != "1") return complain(quoted(text) + " is not known to this program", "it reads version 1");
        return 1U;
    });
}

void read_log(MapReader& root, LogSettings& log) {
    root.map("log", [&](MapReader& map) {
        map.read("level", log.level, OneOf<LogSettings::Level>{level_words});
        map.read("format", log.format, OneOf<LogSettings::Format>{format_words});
    });
}

void read_shutdown(MapReader& root, Duration& deadline) {
    const DurationRange range{std::chrono::milliseconds{100}, std::chrono::hours{1}, true};
    root.map("shutdown", [&](MapReader& map) { map.read("deadline", deadline, range); });
}

void read_client_tls(MapReader& map, const std::string& server, bool used, TlsSettings& tls) {
    map.read_file_path("ca_file", tls.ca_file);
    map.read_file_path("cert_file", tls.cert_file);
    map.read_file_path("key_file", tls.key_file);
    map.read_or_empty("server_name", tls.server_name, [&](const std::string& text) -> Judged<std::string> {
        if (is_host_name(text)) return text;
        return complain(quoted(text) + " is no host name", "give the name in " + server + "'s certificate");
    });
    if (!tls.cert_file.empty() && !map.given("key_file"))
        map.problem("cert_file", "a certificate without its key", "give key_file too");
    if (!tls.key_file.empty() && !map.given("cert_file"))
        map.problem("key_file", "a key without its certificate", "give cert_file too");
    if (!used)
        for (const auto* key : {"ca_file", "cert_file", "key_file", "server_name"})
            if (map.given(key)) map.problem(key, "no effect without an https URL", "write https:// in url");
}

ConfigNode config_flag(bool value) { return config_bare(value ? "true" : "false"); }
ConfigNode config_time(Duration value) { return config_bare(to_text(value)); }
ConfigNode config_size(std::uint64_t value) { return config_bare(size_text(value)); }
ConfigNode config_count(std::size_t value) { return config_bare(std::to_string(value)); }
ConfigNode config_address(const Endpoint& value) {
    return value.ipv6 ? config_text(to_string(value)) : config_bare(to_string(value));
}

ConfigNode log_tree(const LogSettings& log) {
    return config_map({config_entry("level", config_text(word_for(level_words, log.level))),
                       config_entry("format", config_text(word_for(format_words, log.format)))});
}

ConfigNode shutdown_tree(Duration deadline) { return config_map({config_entry("deadline", config_time(deadline))}); }

ConfigNode client_tls_tree(const TlsSettings& tls) {
    return config_map({config_entry("ca_file", config_text(tls.ca_file)),
                       config_entry("cert_file", config_text(tls.cert_file)),
                       config_entry("key_file", config_text(tls.key_file)),
                       config_entry("server_name", config_text(tls.server_name))});
}

}  // namespace ordertrace
