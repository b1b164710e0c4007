# Usage: Rscript r/make_panel.R, in the folder of the data. Body fixed effects, changes between years, contextual differences and marginal effects with clubSandwich and lmerTest; writes t16_panel.json.
suppressMessages({library(jsonlite); library(clubSandwich); library(lmerTest)})
num <- function(x) I(unname(as.numeric(x)))
tight <- glm.control(epsilon=1e-15,maxit=100)
re <- read.csv("coop_regression_respondents.csv"); bo <- read.csv("coop_regression_bodies.csv"); o <- list()
club <- function(m,cluster,terms,type="CR2") { V <- vcovCR(m,cluster=cluster,type=type); s <- coef_test(m,V,test="Satterthwaite"); at <- match(terms,rownames(s))
  list(term=I(terms),estimate=num(s$beta[at]),se=num(s$SE[at]),df=num(s$df_Satt[at]),p=num(s$p_Satt[at])) }
# 1 respondents with a dummy a body
m <- lm(perceived~trust+norm+network+ngo+factor(body),re)
within <- function(m,y,g) { d <- ave(y,g); 1-sum(resid(m)^2)/sum((y-d)^2) }
o$fixed <- c(club(m,re$body,c("trust","norm","network","ngo")),list(
  r2_within=within(m,re$perceived,re$body),sigma=summary(m)$sigma,adj_r2_within=1-(sum(resid(m)^2)/df.residual(m))/(sum((re$perceived-ave(re$perceived,re$body))^2)/(nrow(re)-24))))
# 2 a panel of ten bodies in 2021-2025, one body without 2023, simulated and stored
set.seed(16); p <- expand.grid(year=2021:2025,body=sprintf("b%02d",1:10)); u <- rnorm(10); p$trust <- u[as.integer(factor(p$body))]*.8+rnorm(50)*.6+.2*(p$year-2021)
p$output <- rnorm(50); p$cost <- 3+.4*p$trust-.3*p$output+.15*(p$year-2021)+u[as.integer(factor(p$body))]+rnorm(50)*.5; p <- p[!(p$body=="b04"&p$year==2023),]
o$panel <- list(body=I(as.character(p$body)),year=num(p$year),trust=num(p$trust),output=num(p$output),cost=num(p$cost))
terms <- c("trust","output")
o$two_way <- club(lm(cost~trust+output+factor(body)+factor(year),p),p$body,terms)
p <- p[order(p$body,p$year),]; d <- do.call(rbind,by(p,p$body,function(x) data.frame(body=x$body[-1],period=paste(head(x$year,-1),x$year[-1],sep="-"),cost=diff(x$cost),trust=diff(x$trust),output=diff(x$output))))
o$difference <- c(club(lm(cost~trust+output+period,d),d$body,c("(Intercept)",terms)),list(n=nrow(d)))
two <- p[p$year%in%c(2021,2025),]; d2 <- do.call(rbind,by(two,two$body,function(x) data.frame(body=x$body[1],cost=diff(x$cost),trust=diff(x$trust),output=diff(x$output))))
o$before_after <- club(lm(cost~trust+output,d2),d2$body,c("(Intercept)",terms))
p$tw <- p$trust-ave(p$trust,p$body); p$tb <- ave(p$trust,p$body)
o$pooled <- club(lm(cost~tw+tb+factor(year),p),p$body,c("tw","tb"))
# 3 contextual differences: the slope of the body's mean beside the whole predictor
re$high <- as.numeric(re$perceived>median(re$perceived)); re$tb <- ave(re$trust,re$body); re$tw <- re$trust-re$tb
g <- glm(high~trust+tb+ngo,binomial,re,control=tight); g <- update(g,start=coef(g)); o$contextual_logit <- club(g,re$body,"tb")
m <- lmer(perceived~trust+tb+ngo+(1|body),re,control=lmerControl(optimizer="bobyqa",optCtrl=list(rhoend=1e-10))); s <- coef(summary(m,ddf="Satterthwaite"))["tb",]
o$contextual_mixed <- list(estimate=num(s["Estimate"]),se=num(s["Std. Error"]),df=num(s["df"]),p=num(s["Pr(>|t|)"]))
# 4 degrees of freedom of an average marginal effect: those of its linear contrast at the estimate
b8 <- bo[1:12,]; g <- glm(share_delivered~trust+norm,quasibinomial,b8,control=tight); g <- update(g,start=coef(g)); V <- vcovCR(g,cluster=b8$body,type="CR2"); X <- model.matrix(g)
f <- function(b) sapply(c("trust","norm"),function(v) b[[v]]*mean(dlogis(as.vector(X%*%b)))); b <- coef(g); h <- 1e-4
J <- sapply(seq_along(b),function(k) { e <- replace(0*b,k,h); (8*(f(b+e)-f(b-e))-(f(b+2*e)-f(b-2*e)))/(12*h) })
s <- lapply(1:2,function(i) linear_contrast(g,V,contrasts=matrix(J[i,],1),test="Satterthwaite"))
o$marginal <- list(term=I(c("trust","norm")),estimate=num(f(b)),se=num(sapply(s,function(x) x$SE)),df=num(sapply(s,function(x) x$df)))
o$`_meta` <- list(R=R.version.string,packages=sapply(c("clubSandwich","lme4","lmerTest"),function(p) as.character(packageVersion(p)),simplify=FALSE))
writeLines(toJSON(o,digits=NA,auto_unbox=TRUE,na="null",null="null"),"t16_panel.json")
