/** Java, Kotlin, Scala, Android: the runtime, containers and frameworks, by package name. */
export const JAVA_RULES = `
# The Java runtime, old and new internals, and Jakarta/Java EE.
module:java.* -app
module:javax.* -app
module:jakarta.* -app
module:jdk.* -app
module:sun.* -app
module:com.sun.* -app
module:com.oracle.* -app
# Languages on the JVM.
module:kotlin.* -app
module:kotlinx.* -app
module:scala.* -app
module:clojure.* -app
module:groovy.* -app
module:groovyjarjarasm.* -app
module:org.codehaus.groovy.* -app
# Android: the framework, Google's support and play libraries, the runtime.
module:android.* -app
module:androidx.* -app
module:com.android.* -app
module:com.google.android.* -app
module:dalvik.* -app
module:libcore.* -app
# Frameworks, servers and clients that sit on nearly every Java stack.
module:org.springframework.* -app
module:org.apache.* -app
module:org.eclipse.* -app
module:org.hibernate.* -app
module:org.jboss.* -app
module:org.wildfly.* -app
module:org.glassfish.* -app
module:io.undertow.* -app
module:io.netty.* -app
module:io.reactivex.* -app
module:io.micronaut.* -app
module:io.quarkus.* -app
module:io.vertx.* -app
module:reactor.* -app
module:rx.* -app
module:akka.* -app
module:play.* -app
module:okhttp3.* -app
module:okio.* -app
module:retrofit2.* -app
module:com.squareup.* -app
module:com.google.common.* -app
module:com.google.gson.* -app
module:com.google.inject.* -app
module:com.fasterxml.jackson.* -app
module:com.mysql.* -app
module:com.zaxxer.hikari.* -app
module:org.postgresql.* -app
module:org.junit.* -app
module:junit.* -app
module:org.mockito.* -app
module:org.slf4j.* -app
module:ch.qos.logback.* -app
module:net.bytebuddy.* -app
module:net.sf.cglib.* -app
module:javassist.* -app
module:org.aspectj.* -app
# Cordova and React Native bridges on Android.
module:org.apache.cordova.* -app
module:com.facebook.react.* -app
# The SDK's own frames appear or vanish with its version.
module:io.sentry.* -app -group
`;
