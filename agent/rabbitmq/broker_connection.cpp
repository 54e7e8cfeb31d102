#include "rabbitmq/broker_connection.h"

#include <sys/time.h>

#include <algorithm>
#include <fstream>

#include <amqp.h>
#include <amqp_framing.h>
#include <amqp_ssl_socket.h>
#include <amqp_tcp_socket.h>

#include "rabbitmq/read_amqp.h"

namespace ordertrace {
namespace {

constexpr amqp_channel_t channel = 1;
constexpr int most_of_a_frame = 131'072;
constexpr std::size_t most_of_a_body = 1U << 20U;
constexpr timeval ten_seconds{10, 0};

std::string text(const amqp_bytes_t& bytes) { return {static_cast<const char*>(bytes.bytes), bytes.len}; }

amqp_bytes_t bytes(const std::string& value) { return {value.size(), const_cast<char*>(value.data())}; }

amqp_table_entry_t entry(const char* key, const char* value) {
    amqp_table_entry_t made{};
    made.key = amqp_cstring_bytes(key);
    made.value.kind = AMQP_FIELD_KIND_UTF8;
    made.value.value.bytes = amqp_cstring_bytes(value);
    return made;
}

Result<std::string> first_line_of(const std::string& file) {
    std::string line;
    if (file.empty()) return line;
    std::ifstream stream{file};
    if (!stream) return fail("broker.password_file cannot be read; make it a file this user may read");
    std::getline(stream, line);
    if (!line.empty() && line.back() == '\r') line.pop_back();
    return line;
}

// What a method by which the broker ends a channel or a connection says.
std::string reason_in(const amqp_method_t& method) {
    if (method.id == AMQP_CONNECTION_CLOSE_METHOD)
        return text(static_cast<amqp_connection_close_t*>(method.decoded)->reply_text);
    if (method.id == AMQP_CHANNEL_CLOSE_METHOD)
        return text(static_cast<amqp_channel_close_t*>(method.decoded)->reply_text);
    return "an answer that was not asked for";
}

std::string reason_in(const amqp_rpc_reply_t& reply) {
    if (reply.reply_type == AMQP_RESPONSE_SERVER_EXCEPTION) return reason_in(reply.reply);
    if (reply.reply_type == AMQP_RESPONSE_LIBRARY_EXCEPTION) return amqp_error_string2(reply.library_error);
    return "no answer";
}

timeval time_of(std::chrono::milliseconds patience) {
    return {patience.count() / 1000, patience.count() % 1000 * 1000};
}

}  // namespace

class BrokerConnection::Link {
public:
    explicit Link(const BrokerSettings& settings)
        : settings_{settings},
          name_{"broker " + settings.host + ':' + std::to_string(settings.port)},
          state_{amqp_new_connection()} {}
    ~Link() { amqp_destroy_connection(state_); }
    Link(const Link&) = delete;
    Link& operator=(const Link&) = delete;

    Result<void> connect();
    Result<void> log_in();
    Result<void> read_queue();
    Result<std::optional<Delivery>> take(std::chrono::milliseconds patience);
    Result<void> acknowledge(std::uint64_t tag);
    Result<QueueState> look();
    void close();

    QueueState found;

private:
    Result<amqp_socket_t*> make_socket();
    Result<void> read_content(BrokerMessage& message, const std::string& exchange, const std::string& routing_key);
    Result<amqp_frame_t> next_of_message(std::uint8_t kind);
    tl::unexpected<Error> trouble(const std::string& what) const { return fail(name_ + ": " + what); }

    const BrokerSettings& settings_;
    std::string name_;
    amqp_connection_state_t state_;
};

Result<amqp_socket_t*> BrokerConnection::Link::make_socket() {
    if (settings_.ca_file.empty()) return amqp_tcp_socket_new(state_);
    auto* socket = amqp_ssl_socket_new(state_);
    if (socket == nullptr) return trouble("no memory for TLS");
    amqp_ssl_socket_set_verify_peer(socket, 1);
    amqp_ssl_socket_set_verify_hostname(socket, 1);
    amqp_ssl_socket_set_ssl_versions(socket, AMQP_TLSv1_2, AMQP_TLSvLATEST);
    if (amqp_ssl_socket_set_cacert(socket, settings_.ca_file.c_str()) != AMQP_STATUS_OK)
        return trouble("broker.tls.ca_file holds no certificates; it must be a readable PEM file");
    if (!settings_.cert_file.empty() &&
        amqp_ssl_socket_set_key(socket, settings_.cert_file.c_str(), settings_.key_file.c_str()) != AMQP_STATUS_OK)
        return trouble("broker.tls.cert_file and key_file are no pair; they must be readable PEM files");
    return socket;
}

Result<void> BrokerConnection::Link::connect() {
    auto socket = make_socket();
    if (!socket) return tl::make_unexpected(socket.error());
    amqp_set_handshake_timeout(state_, &ten_seconds);
    amqp_set_rpc_timeout(state_, &ten_seconds);
    const int status = amqp_socket_open_noblock(*socket, settings_.host.c_str(), settings_.port, &ten_seconds);
    if (status == AMQP_STATUS_OK) return {};
    const std::string why = amqp_error_string2(status);
    return trouble(why + (settings_.ca_file.empty() ? "; is it running there?"
                                                    : "; is it running there, and is its certificate issued for that "
                                                      "name by an authority in broker.tls.ca_file?"));
}

Result<void> BrokerConnection::Link::log_in() {
    const auto password = first_line_of(settings_.password_file);
    if (!password) return tl::make_unexpected(password.error());
    auto shown = entry("connection_name", "ordertrace-rabbitmq");
    const amqp_table_t properties{1, &shown};
    const auto heartbeat = std::chrono::ceil<std::chrono::seconds>(settings_.heartbeat).count();
    const auto reply =
        amqp_login_with_properties(state_, settings_.vhost.c_str(), 2, most_of_a_frame, static_cast<int>(heartbeat),
                                   &properties, AMQP_SASL_METHOD_PLAIN, settings_.username.c_str(), password->c_str());
    if (reply.reply_type != AMQP_RESPONSE_NORMAL)
        return trouble("no login: " + reason_in(reply) +
                       "; check broker.username, password_file, vhost and the permissions there");
    amqp_channel_open(state_, channel);
    const auto opened = amqp_get_rpc_reply(state_);
    if (opened.reply_type != AMQP_RESPONSE_NORMAL) return trouble("no channel: " + reason_in(opened));
    return {};
}

Result<void> BrokerConnection::Link::read_queue() {
    const auto state = look();
    if (!state) return tl::make_unexpected(state.error());
    found = *state;
    amqp_basic_qos(state_, channel, 0, static_cast<std::uint16_t>(settings_.prefetch), 0);
    const auto limited = amqp_get_rpc_reply(state_);
    if (limited.reply_type != AMQP_RESPONSE_NORMAL) return trouble("no prefetch: " + reason_in(limited));
    amqp_basic_consume(state_, channel, bytes(settings_.queue), amqp_empty_bytes, 0, 0, 0, amqp_empty_table);
    const auto reading = amqp_get_rpc_reply(state_);
    if (reading.reply_type == AMQP_RESPONSE_NORMAL) return {};
    return trouble("the queue " + settings_.queue + " cannot be read: " + reason_in(reading) +
                   "; the user needs the read permission for it");
}

Result<QueueState> BrokerConnection::Link::look() {
    const auto* answer = amqp_queue_declare(state_, channel, bytes(settings_.queue), 1, 0, 0, 0, amqp_empty_table);
    if (answer != nullptr) return QueueState{answer->message_count, answer->consumer_count};
    return trouble("the queue " + settings_.queue + ": " + reason_in(amqp_get_rpc_reply(state_)) +
                   "; make it as deploy/adapters/rabbitmq/README.md says");
}

// A frame of a message that has begun. Heartbeats are answered by the library meanwhile.
Result<amqp_frame_t> BrokerConnection::Link::next_of_message(std::uint8_t kind) {
    amqp_frame_t frame{};
    const int status = amqp_simple_wait_frame_noblock(state_, &frame, &ten_seconds);
    if (status != AMQP_STATUS_OK) return trouble(std::string{"in a message: "} + amqp_error_string2(status));
    if (frame.frame_type != kind) return trouble("a message that is not whole");
    return frame;
}

Result<void> BrokerConnection::Link::read_content(BrokerMessage& message, const std::string& exchange,
                                                  const std::string& routing_key) {
    const auto head = next_of_message(AMQP_FRAME_HEADER);
    if (!head) return tl::make_unexpected(head.error());
    message =
        read_amqp(exchange, routing_key, *static_cast<amqp_basic_properties_t*>(head->payload.properties.decoded));
    for (auto left = head->payload.properties.body_size; left > 0;) {
        const auto frame = next_of_message(AMQP_FRAME_BODY);
        if (!frame) return tl::make_unexpected(frame.error());
        const auto& part = frame->payload.body_fragment;
        const auto room = std::min(part.len, most_of_a_body - message.body.size());
        message.body.append(static_cast<const char*>(part.bytes), room);
        if (room < part.len) message.body_cut = true;
        left -= std::min<std::uint64_t>(left, part.len);
        amqp_maybe_release_buffers_on_channel(state_, channel);  // else the library keeps the whole body
    }
    return {};
}

Result<std::optional<Delivery>> BrokerConnection::Link::take(std::chrono::milliseconds patience) {
    amqp_maybe_release_buffers(state_);
    amqp_frame_t frame{};
    const auto time = time_of(patience);
    const int status = amqp_simple_wait_frame_noblock(state_, &frame, &time);
    if (status == AMQP_STATUS_TIMEOUT) return std::nullopt;
    if (status != AMQP_STATUS_OK) return trouble(std::string{"the connection ended: "} + amqp_error_string2(status));
    if (frame.frame_type != AMQP_FRAME_METHOD) return trouble("a part of a message without its beginning");
    const auto& method = frame.payload.method;
    switch (method.id) {
        case AMQP_BASIC_DELIVER_METHOD: break;
        case AMQP_BASIC_CANCEL_METHOD: return trouble("the queue " + settings_.queue + " is gone; make it again");
        case AMQP_CHANNEL_CLOSE_METHOD:
        case AMQP_CONNECTION_CLOSE_METHOD: return trouble("the broker ended the connection: " + reason_in(method));
        default: return std::nullopt;
    }
    const auto& begun = *static_cast<amqp_basic_deliver_t*>(method.decoded);
    Delivery delivery{.tag = begun.delivery_tag, .again = begun.redelivered != 0, .message = {}};
    const auto exchange = text(begun.exchange);
    const auto routing_key = text(begun.routing_key);
    auto done = read_content(delivery.message, exchange, routing_key);
    if (!done) return tl::make_unexpected(done.error());
    return delivery;
}

Result<void> BrokerConnection::Link::acknowledge(std::uint64_t tag) {
    const int status = amqp_basic_ack(state_, channel, tag, 1);
    if (status != AMQP_STATUS_OK) return trouble(std::string{"the connection ended: "} + amqp_error_string2(status));
    return {};
}

void BrokerConnection::Link::close() {
    amqp_channel_close(state_, channel, AMQP_REPLY_SUCCESS);
    amqp_connection_close(state_, AMQP_REPLY_SUCCESS);
}

BrokerConnection::BrokerConnection(std::unique_ptr<Link> link) : link_{std::move(link)} {}
BrokerConnection::~BrokerConnection() = default;

Result<std::unique_ptr<BrokerConnection>> BrokerConnection::open(const BrokerSettings& settings) {
    auto link = std::make_unique<Link>(settings);
    auto done = link->connect();
    if (done) done = link->log_in();
    if (done) done = link->read_queue();
    if (!done) return tl::make_unexpected(done.error());
    return std::unique_ptr<BrokerConnection>{new BrokerConnection{std::move(link)}};
}

QueueState BrokerConnection::found() const { return link_->found; }
Result<std::optional<Delivery>> BrokerConnection::take(std::chrono::milliseconds patience) {
    return link_->take(patience);
}
Result<void> BrokerConnection::acknowledge(std::uint64_t tag) { return link_->acknowledge(tag); }
Result<QueueState> BrokerConnection::look() { return link_->look(); }
void BrokerConnection::close() { link_->close(); }

}  // namespace ordertrace
