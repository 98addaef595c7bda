import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Consume, transform, produce, at least once: offsets are committed after what came of them is acknowledged. */
public final class Main {
  private static final Duration POLL = Duration.ofMillis(100);
  private static final long COMMIT_INTERVAL_NS = 1_000_000_000L;

  public static void main(String[] args) throws Exception {
    Map<String, String> env = System.getenv();
    KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, env.get("BOOTSTRAP"),
                ConsumerConfig.GROUP_ID_CONFIG, env.get("GROUP"),
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false,
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest",
                ConsumerConfig.FETCH_MIN_BYTES_CONFIG, 100_000,
                ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 5_000),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, env.get("BOOTSTRAP"),
                ProducerConfig.ACKS_CONFIG, "all",
                ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true,
                ProducerConfig.COMPRESSION_TYPE_CONFIG, env.get("COMPRESSION"),
                ProducerConfig.BATCH_SIZE_CONFIG, 200_000,
                ProducerConfig.LINGER_MS_CONFIG, 100),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    Thread main = Thread.currentThread();
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  consumer.wakeup();
                  try {
                    main.join();
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                }));
    try (consumer;
        producer) {
      consumer.subscribe(List.of(env.get("SOURCE")));
      forward(consumer, producer, env.get("SINK"));
    } catch (WakeupException e) {
      // SIGTERM. What was not committed would come again.
    }
  }

  private static void forward(
      KafkaConsumer<byte[], byte[]> consumer, KafkaProducer<byte[], byte[]> producer, String sink)
      throws Exception {
    Transform transform = new Transform();
    AtomicReference<Exception> failure = new AtomicReference<>();
    long committed = System.nanoTime();
    while (true) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        byte[] value = transform.apply(record.value());
        producer.send(
            new ProducerRecord<>(sink, null, record.timestamp(), record.key(), value, record.headers()),
            (metadata, exception) -> {
              if (exception != null) {
                failure.compareAndSet(null, exception);
              }
            });
      }
      if (System.nanoTime() - committed >= COMMIT_INTERVAL_NS) {
        producer.flush();
        if (failure.get() != null) {
          throw failure.get();
        }
        consumer.commitSync();
        committed = System.nanoTime();
      }
    }
  }
}
