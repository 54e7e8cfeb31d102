#include "rabbitmq/rabbit_worker.h"

#include <algorithm>
#include <thread>

#include "emit/event_door.h"

namespace ordertrace {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Level = LogSettings::Level;

constexpr milliseconds a_while{200};
constexpr seconds look_every{2};
constexpr std::size_t most_at_once = 500;  // messages, before what they became is delivered
constexpr std::size_t of_connection = 0;   // in RabbitNumbers::losses
constexpr std::size_t of_queue = 1;
constexpr std::size_t of_agent = 2;
constexpr std::size_t became_lines = 4;  // in RabbitNumbers::outcomes
constexpr std::size_t became_repeated = 5;

TimePoint wall_clock() { return std::chrono::floor<Duration>(std::chrono::system_clock::now()); }

// How many of the lines the agent refused. A line that is an array may be several events.
std::size_t refused_of(const std::string& lines, std::string_view answer) {
    const auto said = read_refusals(answer, {&lines, 1});
    if (said.refused.empty()) return 0;
    const auto posted = 1 + static_cast<std::size_t>(std::count(lines.begin(), lines.end(), '\n'));
    return std::min(said.refused.size() + said.more_refused, posted);
}

}  // namespace

void RetryTime::failed(Clock::time_point now) {
    static thread_local std::minstd_rand random{std::random_device{}()};
    const auto most = std::min(milliseconds{500} * (1U << std::min(failures_++, 8U)), milliseconds{10'000});
    next_ = now + most / 2 + most / 2 * std::uniform_int_distribution<int>{0, 100}(random) / 100;
}

void TroubleTeller::tell(const std::string& trouble) {
    const auto now = std::chrono::steady_clock::now();
    if (trouble == trouble_ && now < said_ + std::chrono::minutes{1}) return;
    trouble_ = trouble;
    said_ = now;
    say_(Level::warning, trouble);
}

void TroubleTeller::over() {
    if (trouble_.empty()) return;
    trouble_.clear();
    say_(Level::info, over_);
}

RabbitWorker::RabbitWorker(const RabbitSettings& settings, Say say)
    : settings_{settings},
      say_{std::move(say)},
      post_{settings.agent},
      broker_trouble_{say_, "the broker answers again"},
      agent_trouble_{say_, "the agent takes lines again"},
      queue_trouble_{say_, "the queue is far below broker.queue_limit again"} {}

RabbitWorker::~RabbitWorker() = default;

void RabbitWorker::run() {
    while (!stopping_) {
        const auto now = Clock::now();
        // A new connection brings up to a prefetch of messages more.
        if (!broker_ && broker_retry_.due(now) && has_room()) connect();
        if (broker_)
            take_messages();
        else
            std::this_thread::sleep_for(a_while);
        if (!pending_.empty() && agent_retry_.due(Clock::now()))
            deliver(std::chrono::ceil<milliseconds>(settings_.agent_timeout));
        if (broker_ && to_give_up_ > 0) give_up_oldest();
        if (broker_ && Clock::now() >= next_look_) look_at_queue();
        show_pending();
    }
    finish();
}

void RabbitWorker::connect() {
    auto opened = BrokerConnection::open(settings_.broker);
    if (!opened) {
        add(numbers_.connections_failed);
        broker_retry_.failed(Clock::now());
        return broker_trouble_.tell(opened.error().message);
    }
    broker_ = std::move(*opened);
    broker_retry_.worked();
    add(numbers_.connections);
    numbers_.broker_up = true;
    broker_trouble_.over();
    judge(broker_->found(), of_connection);
    if (!numbers_.was_up.exchange(true))
        say_(Level::info, "reading the queue " + settings_.broker.queue + " with " +
                              std::to_string(broker_->found().waiting) + " messages");
    next_look_ = Clock::now() + look_every;
}

void RabbitWorker::disconnect() {
    broker_.reset();
    broker_retry_.failed(Clock::now());
    numbers_.broker_up = false;
    pending_.forget_tags();
    to_give_up_ = 0;
}

// What is there at once, or with nothing else to do what comes within a while.
void RabbitWorker::take_messages() {
    const bool idle = pending_.empty() || !agent_retry_.due(Clock::now());
    auto patience = idle ? a_while : milliseconds{0};
    for (std::size_t count = 0; count < most_at_once; ++count) {
        auto taken = broker_->take(patience);
        if (!taken) {
            broker_trouble_.tell(taken.error().message);
            return disconnect();
        }
        if (!*taken) return;
        take(std::move(**taken));
        patience = milliseconds{0};
    }
}

void RabbitWorker::take(Delivery delivery) {
    const auto& message = delivery.message;
    add(numbers_.messages.at(static_cast<std::size_t>(message.kind)));
    waiting_at_least_ -= std::min<std::uint64_t>(waiting_at_least_, 1);
    auto made = hand_off_lines(settings_.edges, message, wall_clock());
    std::vector<std::string> lines;
    std::vector<std::string> keys;
    for (auto& line : made.lines) {
        const bool known = (delivery.again && pending_.came_before(line.key)) || (line.once && recent_.knows(line.key));
        if (!known) lines.push_back(std::move(line.text));
        if (line.once) recent_.add(line.key);
        keys.push_back(std::move(line.key));
    }
    if (made.lines.empty()) {
        add(numbers_.became.at(static_cast<std::size_t>(made.skipped)));
        say_skipped(made.skipped, message);
    } else {
        add(numbers_.became.at(lines.empty() ? became_repeated : became_lines));
    }
    add(numbers_.lines_made, lines.size());
    pending_.add(delivery.tag, std::move(lines), std::move(keys));
}

// The counters have the numbers: one message is an example.
void RabbitWorker::say_seldom(const std::string& example) {
    const auto now = Clock::now();
    if (now < next_example_) return;
    next_example_ = now + seconds{10};
    say_(Level::warning, example);
}

void RabbitWorker::say_skipped(Skipped why, const BrokerMessage& message) {
    if (why == Skipped::no_edge) return;
    const auto place = message.queues.empty() ? "" : ", queue " + message.queues.front();
    const auto what = why == Skipped::body         ? "its body is no JSON, or over 1 MiB"
                      : why == Skipped::order_long ? "its order id is over 128 bytes"
                                                   : "it has no order id where the edge says";
    say_seldom("a message is left out: " + std::string{what} + " (exchange " + message.exchange + place +
               "); see ordertrace_rabbitmq_messages_became_total");
}

void RabbitWorker::deliver(milliseconds patience) {
    const auto lines = pending_.next();
    if (!lines.empty() && !post(lines, patience)) return;
    pass();
}

bool RabbitWorker::post(const std::string& lines, milliseconds patience) {
    add(numbers_.posts);
    const auto outcome = post_.post(lines, patience);
    if (outcome && outcome->status == 413) return too_large(lines);
    const auto refused = outcome && outcome->status == 400 ? refused_of(lines, outcome->text) : 0;
    numbers_.agent_up = outcome && (outcome->status == 204 || refused > 0);
    if (!numbers_.agent_up) {
        add(numbers_.posts_failed);
        agent_retry_.failed(Clock::now());
        agent_trouble_.tell(outcome ? settings_.agent.text + ": it answers " + std::to_string(outcome->status) +
                                          "; is that an agent with `listen: - http:`?"
                                    : outcome.error().message);
        return false;
    }
    agent_retry_.worked();
    agent_trouble_.over();
    add(numbers_.lines_refused, refused);
    if (refused > 0)
        say_seldom("the agent refused " + std::to_string(refused) +
                   " lines; the first: " + outcome->text.substr(0, outcome->text.find('\n')));
    return true;
}

// The same again would be too large for ever.
bool RabbitWorker::too_large(const std::string& lines) {
    numbers_.agent_up = true;
    agent_retry_.worked();
    agent_trouble_.over();
    if (pending_.halve()) {
        add(numbers_.posts_failed);
        return false;
    }
    add(numbers_.lines_refused);
    say_seldom("the agent refused a line of " + std::to_string(lines.size()) + " bytes as too large (413)");
    return true;
}

void RabbitWorker::pass() {
    const auto gone_before = numbers_.lines_taken + numbers_.lines_refused + numbers_.lines_given_up;
    const auto passed = pending_.pass();
    // All lines that have left now are taken, or counted already.
    add(numbers_.lines_taken, numbers_.lines_made - pending_.lines() - gone_before);
    acknowledge(passed);
}

void RabbitWorker::acknowledge(const PendingLines::Passed& passed) {
    add(numbers_.acknowledged, passed.messages);
    if (!broker_ || passed.tag == 0) return;
    const auto done = broker_->acknowledge(passed.tag);
    if (done) return;
    broker_trouble_.tell(done.error().message);
    disconnect();
}

// The broker sends as many others for those that are acknowledged here, until no more than the limit wait.
void RabbitWorker::give_up_oldest() {
    const auto given_up = pending_.give_up(to_give_up_);
    to_give_up_ -= std::min(to_give_up_, given_up.passed.messages);
    add(numbers_.lost.at(of_agent), given_up.messages);
    add(numbers_.lines_given_up, given_up.lines);
    if (given_up.messages > 0)
        queue_trouble_.tell("the agent does not keep up, and more than broker.queue_limit messages wait in the queue " +
                            settings_.broker.queue + ": the oldest are given up; see ordertrace_rabbitmq_lost_total");
    acknowledge(given_up.passed);
}

void RabbitWorker::look_at_queue() {
    next_look_ = Clock::now() + look_every;
    const auto waited = numbers_.waiting.load();
    const auto state = broker_->look();
    if (!state) {
        broker_trouble_.tell(state.error().message);
        return disconnect();
    }
    judge(*state, of_queue);
    // A queue that becomes shorter needs no help.
    const auto limit = settings_.broker.queue_limit;
    to_give_up_ = state->waiting > limit && state->waiting >= waited ? state->waiting - limit : 0;
    if (state->waiting <= limit / 2) queue_trouble_.over();
}

// What was seen in the queue and not taken since must still be there, unless someone else reads the queue too.
void RabbitWorker::judge(const QueueState& state, std::size_t loss) {
    const bool connected = loss == of_queue;
    // What the broker has sent ahead and nobody has taken yet is in neither number.
    const auto prefetch = settings_.broker.prefetch;
    const auto ahead = connected ? prefetch - std::min(prefetch, pending_.unacknowledged()) : 0;
    if (state.consumers <= (connected ? 1U : 0U) && state.waiting + ahead < waiting_at_least_) {
        const auto lost = waiting_at_least_ - state.waiting - ahead;
        add(numbers_.lost.at(loss), lost);
        say_(Level::error, "at least " + std::to_string(lost) + " messages are gone from the queue " +
                               settings_.broker.queue + " that were not read" +
                               (connected ? " (its length limit, or someone emptied it)"
                                          : " (the connection was lost meanwhile; a queue of the type "
                                            "quorum keeps them over a restart of the broker)"));
    }
    waiting_at_least_ = state.waiting;
    numbers_.waiting = state.waiting;
}

// Stopped: what is in hand is delivered if the agent takes it; the rest stays in the queue.
void RabbitWorker::finish() {
    const auto end = Clock::now() + settings_.shutdown_deadline;
    while (pending_.lines() > 0 && Clock::now() < end) {
        deliver(std::clamp(std::chrono::ceil<milliseconds>(end - Clock::now()), milliseconds{1},
                           std::chrono::ceil<milliseconds>(settings_.agent_timeout)));
        if (!numbers_.agent_up) break;
    }
    if (pending_.lines() == 0 && !pending_.empty()) pass();
    if (broker_) broker_->close();
    show_pending();
}

void RabbitWorker::show_pending() {
    numbers_.lines_pending = pending_.lines();
    numbers_.messages_pending = pending_.messages();
}

}  // namespace ordertrace
