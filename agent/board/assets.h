// The files of agent/board/assets/, embedded by the build: each with the hash of its bytes as ETag. Constants.
#pragma once

#include "board/pages.h"

namespace ordertrace {

extern const Asset board_css, board_js, icon_svg;

}  // namespace ordertrace
