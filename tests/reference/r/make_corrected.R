# Usage: Rscript r/make_corrected.R, in the folder of the data. One-factor ML models and between-cluster slopes; writes t14_corrected.json.
suppressMessages({library(jsonlite); library(lavaan)})
num <- function(x) I(unname(as.numeric(x))); mat <- function(m) I(unname(unclass(m)))
tight <- list(rel.tol=1e-15,x.tol=1e-15,abs.tol=0,iter.max=10000,eval.max=20000) # nlminb then ends on "false convergence"; the gradient tells
co <- read.csv("coop_latent_regression.csv"); ho <- read.csv("holzinger.csv"); o <- list()
sets <- list(trust=list(co,paste0("T",1:5)),norm=list(co,paste0("N",1:5)),network=list(co,paste0("W",1:5)),outcome=list(co,paste0("P",1:3)),
  visual=list(ho,paste0("x",1:3)),speed=list(ho,paste0("x",7:9)),nine=list(ho,paste0("x",1:9)))
# 1 lavaan, ML (covariances divided by n), factor variance 1, optimised as far as nlminb goes; Bartlett scores of the first five rows
o$ml <- lapply(sets,function(s) { f <- cfa(paste("f =~",paste(s[[2]],collapse="+")),s[[1]],std.lv=TRUE,control=tight,optim.force.converged=TRUE,warn=FALSE); g <- max(abs(lavInspect(f,"optim.gradient"))); stopifnot(g<1e-5)
  e <- lavInspect(f,"est"); list(items=I(s[[2]]),n=nobs(f),gradient=g,loadings=num(e$lambda[,1]),uniquenesses=num(diag(e$theta)),bartlett=num(lavPredict(f,method="Bartlett")[1:5,1])) })
# 2 local SAM with factor variance 1 (marker scaling is in t09_sem_sam.json), intercept of the outcome included
m <- 'trust =~ T1+T2+T3+T4+T5\nnorm =~ N1+N2+N3+N4+N5\nnetwork =~ W1+W2+W3+W4+W5\n'
x <- sam(paste0(m,'trust + norm + network ~ ngo\ntrust ~~ norm + network\nnorm ~~ network\nperceived ~ trust+norm+network+ngo'),data=co,sam.method="local",se="none",mm.args=list(control=tight,optim.force.converged=TRUE,warn=FALSE))
p <- parameterEstimates(x); v <- lavInspect(x,"cov.lv"); b <- p$est[p$op=="~" & p$lhs=="perceived"]
o$sam_marker <- list(slopes=num(b),sd=num(sqrt(diag(v))[c("trust","norm","network")]),std=num(b*c(sqrt(diag(v))[c("trust","norm","network")],1)))
# 3 between clusters of unequal size: mean squares from manova, base R
re <- read.csv("coop_regression_respondents.csv"); bo <- read.csv("coop_regression_bodies.csv"); re <- re[complete.cases(re[c("trust","norm","network")]),]
K <- sort(unique(re$body)); re$body <- factor(re$body,levels=K); bo <- bo[match(K,bo$body),]; S <- c("trust","norm","network"); X <- as.matrix(re[S])
n <- as.vector(table(re$body)); N <- sum(n); J <- length(n); a <- summary(manova(X~re$body))$SS; W <- a[["Residuals"]]/(N-J); B <- a[[1]]/(J-1)
n0 <- (N-sum(n^2)/N)/(J-1); Sb <- (B-W)/n0; M <- rowsum(X,re$body)/n
wcov <- function(u,z) crossprod(sweep(u,2,colSums(n*u)/N)*n,sweep(z,2,colSums(n*z)/N))/((J-1)*n0)
Z <- cbind(log_pop=bo$log_pop); Y <- cbind(bo$cost_efficiency); V <- rbind(cbind(Sb,wcov(M,Z)),cbind(wcov(Z,M),wcov(Z,Z))); s <- solve(V,rbind(wcov(M,Y),wcov(Z,Y)))
o$between <- list(n_obs=N,n_clusters=J,size=n0,within=mat(W),between=mat(V),slopes=num(s),intercept=sum(n*Y)/N-sum(c(colSums(n*M),sum(n*Z))/N*s),
  reliability=num(diag(Sb)/(diag(Sb)+diag(W)/(J/sum(1/n)))),naive=num(coef(lm(Y~M+Z))))
o$`_meta` <- list(R=R.version.string,packages=list(lavaan=as.character(packageVersion("lavaan"))))
writeLines(toJSON(o,digits=NA,auto_unbox=TRUE,na="null",null="null"),"t14_corrected.json")
