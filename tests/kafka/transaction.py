"""One transaction of a producer of its own: `write(broker, topic, values, commit=False)`.

kcat has none, so this calls librdkafka itself. What it leaves in a topic a reader of committed records
must not see.
"""
import ctypes

COPY = 2
TIMEOUT_MS = 30_000


def _library():
    library = ctypes.CDLL("librdkafka.so.1")
    for name in ("conf_new", "new", "topic_new", "init_transactions", "begin_transaction", "commit_transaction",
                 "abort_transaction"):
        getattr(library, f"rd_kafka_{name}").restype = ctypes.c_void_p
    library.rd_kafka_error_string.restype = ctypes.c_char_p
    return library


def write(broker, topic, values, commit, partition=0):
    library = _library()
    said = ctypes.create_string_buffer(512)
    conf = ctypes.c_void_p(library.rd_kafka_conf_new())
    for name, value in {"bootstrap.servers": broker.bootstrap_servers, "transactional.id": f"test-{topic}"}.items():
        assert library.rd_kafka_conf_set(conf, name.encode(), value.encode(), said, len(said)) == 0, said.value
    producer = ctypes.c_void_p(library.rd_kafka_new(0, conf, said, len(said)))
    assert producer, said.value

    def check(error):
        assert not error, library.rd_kafka_error_string(ctypes.c_void_p(error))

    try:
        check(library.rd_kafka_init_transactions(producer, TIMEOUT_MS))
        check(library.rd_kafka_begin_transaction(producer))
        handle = ctypes.c_void_p(library.rd_kafka_topic_new(producer, topic.encode(), None))
        for value in values:
            assert library.rd_kafka_produce(handle, partition, COPY, value, ctypes.c_size_t(len(value)), None,
                                            ctypes.c_size_t(0), None) == 0
        assert library.rd_kafka_flush(producer, TIMEOUT_MS) == 0
        library.rd_kafka_topic_destroy(handle)
        end = library.rd_kafka_commit_transaction if commit else library.rd_kafka_abort_transaction
        check(end(producer, TIMEOUT_MS))
    finally:
        library.rd_kafka_destroy(producer)
