// The header of a POST with a batch, as text. Pure.
#pragma once

#include <string>
#include <string_view>

#include "settings/agent_settings.h"

namespace ordertrace {

// `credentials`: whole header lines, or nothing.
std::string request_head(const Url& url, std::string_view credentials, std::size_t body_size, bool gzip);

}  // namespace ordertrace
