#include "board_migrate.h"

#include <iostream>

#include "board_commands.h"
#include "store/clickhouse_migrate.h"

namespace ordertrace {

int migrate_board(const std::string& config_file, bool remove) {
    constexpr int unavailable = 69;  // sysexits.h
    constexpr int bad_config = 78;
    const auto files = read_board_or_complain(config_file);
    if (!files) return bad_config;
    const auto* clickhouse = std::get_if<ClickhouseSettings>(&files->settings.store);
    if (clickhouse == nullptr) {
        std::cerr << "ordertrace-board: " << config_file
                  << ": store: only a store `clickhouse` is migrated; `sqlite` makes its file itself\n";
        return bad_config;
    }
    const auto say = [](const std::string& line) { std::cout << line << std::endl; };
    const auto done = remove ? remove_from_clickhouse(*clickhouse, say) : migrate_clickhouse(*clickhouse, say);
    if (done) return 0;
    std::cerr << "ordertrace-board: " << done.error().message << '\n';
    return unavailable;
}

}  // namespace ordertrace
