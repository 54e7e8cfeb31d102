#include <utility>

#include "board_app.h"
#include "board_commands.h"
#include "ops/logging.h"

namespace ordertrace {

int run_board(const std::string& config_file) {
    constexpr int unavailable = 69;  // sysexits.h
    constexpr int bad_config = 78;
    auto files = read_board_or_complain(config_file);
    if (!files) return bad_config;
    const auto now = std::chrono::floor<Duration>(std::chrono::system_clock::now());
    BoardLife life{config_file, Notifier::from_environment(), {true, now}};
    std::optional<BoardFiles> before;  // what a board ran with that began anew
    for (;;) {
        start_logging(files->settings.log);
        auto app = BoardApp::start(*files, life);
        if (!app && !before) {
            log_error(app.error().message);
            return unavailable;
        }
        if (!app) {
            log_error("reload: " + app.error().message + "; meanwhile the settings before are in force");
            life.config_reads.successful = false;
            files = std::exchange(before, std::nullopt);
            continue;
        }
        before = std::move(files);
        files = (*app)->run();
        if (!files) return 0;
    }
}

}  // namespace ordertrace
