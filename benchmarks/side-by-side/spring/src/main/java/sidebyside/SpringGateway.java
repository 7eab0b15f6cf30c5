package sidebyside;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Spring Cloud Gateway as its starters set it up; routes and issuer come with the command line. */
@SpringBootApplication
public class SpringGateway {
  public static void main(String[] arguments) {
    SpringApplication.run(SpringGateway.class, arguments);
  }
}
