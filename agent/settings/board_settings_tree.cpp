#include "settings/board_settings_tree.h"

#include "settings/common_sections.h"

namespace ordertrace {
namespace {

ConfigNode intake_tls_tree(const IntakeTlsSettings& tls) {
    return config_map({config_entry("cert_file", config_text(tls.cert_file)),
                       config_entry("key_file", config_text(tls.key_file)),
                       config_entry("client_ca_file", config_text(tls.client_ca_file))});
}

ConfigEntry store_entry(const SqliteSettings& sqlite) {
    return config_entry("sqlite", config_map({config_entry("file", config_text(sqlite.file)),
                                              config_entry("intake", config_address(sqlite.intake)),
                                              config_entry("keep", config_time(sqlite.keep)),
                                              config_entry("limit", config_size(sqlite.limit)),
                                              config_entry("tls", intake_tls_tree(sqlite.tls))}));
}

ConfigEntry store_entry(const ClickhouseSettings& clickhouse) {
    return config_entry("clickhouse", config_map({config_entry("url", config_text(clickhouse.url.text)),
                                                  config_entry("database", config_text(clickhouse.database)),
                                                  config_entry("username", config_text(clickhouse.username)),
                                                  config_entry("password_file", config_text(clickhouse.password_file)),
                                                  config_entry("tls", client_tls_tree(clickhouse.tls)),
                                                  config_entry("timeout", config_time(clickhouse.timeout))}));
}

ConfigNode web_tree(const WebSettings& web) {
    return config_map({config_entry("listen", config_address(web.listen)),
                       config_entry("base_path", config_text(web.base_path)),
                       config_entry("jaeger_url", config_text(web.jaeger_url))});
}

ConfigNode watch_tree(const WatchSettings& watch) {
    return config_map(
        {config_entry("every", config_time(watch.every)), config_entry("settle", config_time(watch.settle)),
         config_entry("look_back", config_time(watch.look_back)), config_entry("beat_gap", config_time(watch.beat_gap)),
         config_entry("destination", config_text(watch.destination)),
         config_entry("emit_to", watch.emit_to ? config_address(*watch.emit_to) : config_text(""))});
}

}  // namespace

ConfigNode settings_tree(const BoardSettings& settings) {
    const auto store = std::visit([](const auto& kind) { return store_entry(kind); }, settings.store);
    return config_map({config_entry("version", config_bare("1")),
                       config_entry("lifecycle", config_text(settings.lifecycle)),
                       config_entry("store", config_map({store})), config_entry("web", web_tree(settings.web)),
                       config_entry("watch", watch_tree(settings.watch)), config_entry("log", log_tree(settings.log)),
                       config_entry("shutdown", shutdown_tree(settings.shutdown_deadline))});
}

std::string show_config(const BoardSettings& settings) { return to_yaml(settings_tree(settings)); }

}  // namespace ordertrace
