# Usage: Rscript r/make_glm.R, in the folder of the data. Logistic and Poisson models with clubSandwich, delete-one-cluster polr; writes t15_glm.json.
suppressMessages({library(jsonlite); library(clubSandwich); library(MASS)})
num <- function(x) I(unname(as.numeric(x))); mat <- function(m) list(rows=I(rownames(m)),cols=I(colnames(m)),values=I(unname(unclass(matrix(m,nrow(m))))))
tight <- glm.control(epsilon=1e-15,maxit=100)
re <- read.csv("coop_regression_respondents.csv"); bo <- read.csv("coop_regression_bodies.csv"); S <- c("trust","norm","network","ngo"); o <- list()
# Average slope of the mean: plain differences of the mean itself, so that nothing is shared with an analytic Jacobian. A 0/1 variable goes from 0 to 1.
ame <- function(g,d,vars,binary,V) { X <- model.matrix(g); off <- if (is.null(g$offset)) 0 else g$offset; inv <- g$family$linkinv; de <- g$family$mu.eta
  f <- function(b) sapply(vars,function(v) if (v %in% binary) { X1 <- X0 <- X; X1[,v] <- 1; X0[,v] <- 0; mean(inv(as.vector(X1%*%b)+off)-inv(as.vector(X0%*%b)+off)) } else b[[v]]*mean(de(as.vector(X%*%b)+off)))
  b <- coef(g); h <- 1e-4; J <- sapply(seq_along(b),function(k) { e <- replace(0*b,k,h); (8*(f(b+e)-f(b-e))-(f(b+2*e)-f(b-2*e)))/(12*h) })
  list(term=I(vars),estimate=num(f(b)),se=num(sqrt(diag(J%*%V%*%t(J))))) }
again <- function(g) update(g,start=coef(g)) # glm keeps the working weights before its last step; after this they are those of the estimate
all <- function(g,cluster,d,binary=character()) { g <- again(g); null <- glm(g$y~1,g$family,offset=g$offset,control=tight); ll <- as.numeric(logLik(g)); b <- names(coef(g))
  x <- list(n=nobs(g),coef=num(coef(g)),se=num(sqrt(diag(vcov(g)))),deviance=deviance(g),logLik=ll,AIC=AIC(g),BIC=BIC(g),mcfadden=1-ll/as.numeric(logLik(null)))
  for (k in c("CR0","CR1","CR1S","CR2","CR3")) { V <- vcovCR(g,cluster=cluster,type=k); s <- coef_test(g,V,test="Satterthwaite")
    x[[k]] <- list(vcov=mat(as.matrix(V)),df=num(s$df_Satt),p=num(s$p_Satt)) }
  V <- vcovCR(g,cluster=cluster,type="CR2"); w <- Wald_test(g,constrain_zero(2:length(b)),vcov=V,test="HTZ"); x$wald_HTZ <- list(Fstat=w$Fstat,df_denom=w$df_denom,p=w$p_val)
  x$ame_CR2 <- ame(g,d,b[-1],binary,as.matrix(V)); x }
# 1 logistic: outcome above its median
re$high <- as.numeric(re$perceived>median(re$perceived))
o$logit <- c(list(median=median(re$perceived)),all(glm(high~trust+norm+network+ngo,binomial,re,control=tight),re$body,re,"ngo"))
# 2 the same in the first eight bodies, which the second-stage degrees of freedom feel most
r8 <- re[re$body<="b08",]; o$logit_8 <- all(glm(high~trust+norm+network+log_pop,binomial,r8,control=tight),r8$body,r8)
# 3 Poisson with exposure: simulated counts with a shock per body, stored
set.seed(15); re$exposure <- 1+(seq_len(nrow(re))%%5)/2; u <- rnorm(24,0,.4); names(u) <- unique(re$body)
re$count <- rpois(nrow(re),re$exposure*exp(-1.2+.3*re$trust+.15*re$norm+u[re$body]))
o$poisson <- c(list(count=num(re$count),exposure=num(re$exposure)),all(glm(count~trust+norm+network+ngo+offset(log(exposure)),poisson,re,control=tight),re$body,re,"ngo"))
# 4 Poisson between bodies, clusters of one: respondents of a body by its regions
o$poisson_bodies <- all(glm(n_resp~trust+norm+offset(log(n_regions)),poisson,bo,control=tight),bo$body,bo)
# 5 quasi-binomial between bodies, clusters of one
g <- glm(share_delivered~trust+norm+network,quasibinomial,bo,control=tight); g <- again(g); V <- vcovCR(g,cluster=bo$body,type="CR2"); s <- coef_test(g,V,test="Satterthwaite")
o$fractional_bodies <- list(coef=num(coef(g)),se=num(sqrt(diag(vcov(g)))),CR2=list(se=num(sqrt(diag(V))),df=num(s$df_Satt),p=num(s$p_Satt)),cor2=cor(bo$share_delivered,fitted(g))^2)
# 6 proportional odds without each body in turn; BFGS as far as it goes, started at the full fit
ol <- function(d,start=NULL) { d$y <- factor(d$perceived_cat); a <- list(y~trust+norm+network+ngo,data=d,control=list(reltol=1e-16,maxit=1000)); if (!is.null(start)) a$start <- start
  f <- do.call(polr,a); c(coef(f),f$zeta) }
full <- ol(re); full <- ol(re,full); parts <- t(sapply(unique(re$body),function(b) { d <- re[re$body!=b,]; ol(d,ol(d,full)) })); G <- nrow(parts)
o$ordered <- list(estimate=num(full),jackknife_se=num(sqrt((G-1)/G*colSums(sweep(parts,2,colMeans(parts))^2))),n_clusters=G,
  null_logLik=sum(table(re$perceived_cat)*log(prop.table(table(re$perceived_cat)))))
o$`_meta` <- list(R=R.version.string,packages=sapply(c("clubSandwich","MASS"),function(p) as.character(packageVersion(p)),simplify=FALSE))
writeLines(toJSON(o,digits=NA,auto_unbox=TRUE,na="null",null="null"),"t15_glm.json")
