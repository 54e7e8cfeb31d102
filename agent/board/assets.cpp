#include "board/assets.h"

#include <array>
#include <utility>

namespace ordertrace {

const Asset* find_asset(std::string_view name) {
    static const std::array<std::pair<std::string_view, const Asset*>, 3> assets{
        {{"board.css", &board_css}, {"board.js", &board_js}, {"icon.svg", &icon_svg}}};
    for (const auto& [known, asset] : assets)
        if (known == name) return asset;
    return nullptr;
}

}  // namespace ordertrace
