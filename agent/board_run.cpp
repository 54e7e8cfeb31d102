#include "board_app.h"
#include "board_commands.h"
#include "ops/logging.h"

namespace ordertrace {

int run_board(const std::string& config_file) {
    constexpr int unavailable = 69;  // sysexits.h
    constexpr int bad_config = 78;
    for (;;) {
        auto files = read_board_or_complain(config_file);
        if (!files) return bad_config;
        start_logging(files->settings.log);
        auto app = BoardApp::start(std::move(*files), config_file);
        if (!app) {
            log_error(app.error().message);
            return unavailable;
        }
        const bool anew = (*app)->run();
        if (!anew) return 0;
    }
}

}  // namespace ordertrace
