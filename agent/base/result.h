// A value or the reason why there is none, for failures that are expected.
#pragma once

#include <string>

#include <tl/expected.hpp>

namespace ordertrace {

// One line for a person: what failed, where, and what to do.
struct Error {
    std::string message;
};

template <class T>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> fail(std::string message) { return tl::unexpected<Error>(Error{std::move(message)}); }

}  // namespace ordertrace
