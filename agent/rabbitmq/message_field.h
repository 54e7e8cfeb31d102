// Looks up what the settings say about a message: a header, a property, a place in its JSON body.
// Lives as long as one message is looked at, which outlives it; the body is parsed once at most. Any one thread.
#pragma once

#include <optional>
#include <string>

#include <boost/json/value.hpp>

#include "rabbitmq/broker_message.h"
#include "rabbitmq/rabbit_settings.h"

namespace ordertrace {

class MessageFields {
public:
    explicit MessageFields(const BrokerMessage& message) : message_{message} {}

    // A text that is not empty, or a whole number as text; nothing where there is none.
    std::optional<std::string> find(const FieldSource& source);

    // Whether a body was asked for and is no JSON, or too large.
    bool body_unreadable() const { return unreadable_; }

private:
    std::optional<std::string> find_in_body(const std::string& pointer);

    const BrokerMessage& message_;
    std::optional<boost::json::value> body_;
    bool unreadable_ = false;
};

}  // namespace ordertrace
